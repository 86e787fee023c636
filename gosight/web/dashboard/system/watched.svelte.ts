/** What the server tells of itself, asked again while somebody looks. */
import { untrack } from "svelte";
import type { Ask } from "../api";
import { poll } from "../api/client";
import { whileSeen } from "../api/seen";
import type { System } from "../api/types";

export const EVERY_MS = 15_000; // as often as the server takes a step

export class Watched {
  data = $state.raw<System | null>(null);
  error = $state.raw<Error | null>(null);
  /** what is shown is of another range than what is asked for */
  stale = $state(false);
  #attempt = $state(0);

  /** null asks nothing */
  constructor(ask: () => Ask<System> | null) {
    const url = $derived(ask()?.url);
    $effect(() => {
      const asked = url;
      void this.#attempt;
      if (!asked) return;
      const stop = new AbortController();
      let busy = false;
      untrack(() => (this.stale = !!this.data));
      const rest = whileSeen(EVERY_MS, () => {
        if (busy) return;
        busy = true;
        poll<System>(asked, stop.signal)
          .then((found) => stop.signal.aborted || this.#show(found))
          .catch((problem: Error) => stop.signal.aborted || (this.error = problem))
          .finally(() => {
            busy = false;
            if (!stop.signal.aborted) this.stale = false;
          });
      });
      return () => {
        rest();
        stop.abort();
      };
    });
  }

  retry = () => void this.#attempt++;

  #show(found: System) {
    this.data = found;
    this.error = null;
  }
}
