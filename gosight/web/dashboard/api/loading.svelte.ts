/** A question that a page keeps asked: its reply, its failure, whether a newer reply is on its way. */
import { untrack } from "svelte";
import { read, remembered, type Reply } from "./client";
import type { Ask } from "./index";
import type { Meta } from "./types";

const pathOf = (url: string) => url.split("?", 1)[0];

export class Loading<T> {
  data = $state.raw<T | null>(null);
  meta = $state.raw<Meta | null>(null);
  error = $state.raw<Error | null>(null);
  busy = $state(true);
  #url = "";
  #attempt = $state(0);

  /** Asks anew when what `ask` reads changes; null asks nothing. What is shown stays until the new reply is here. */
  constructor(ask: () => Ask<T> | null) {
    const url = $derived(ask()?.url);
    $effect.pre(() => {
      const asked = url;
      void this.#attempt;
      if (!asked) return;
      const stop = new AbortController();
      untrack(() => this.#start(asked, stop.signal));
      return () => stop.abort();
    });
  }

  retry = () => void this.#attempt++;

  #start(url: string, signal: AbortSignal) {
    const known = remembered<T>(url);
    if (known) this.#show(known);
    else if (pathOf(url) !== pathOf(this.#url)) this.data = this.meta = null;
    this.#url = url;
    this.busy = true;
    read<T>(url, signal)
      .then((reply) => signal.aborted || this.#show(reply))
      .catch((problem: Error) => signal.aborted || (this.error = problem))
      .finally(() => signal.aborted || (this.busy = false));
  }

  #show(reply: Reply<T>) {
    this.data = reply.data;
    this.meta = reply.meta;
    this.error = null;
  }
}

/** A list that grows page by page at its end. */
export class Growing<T> {
  items = $state.raw<T[]>([]);
  total = $state(0);
  error = $state.raw<Error | null>(null);
  busy = $state(true);
  #ask: (page: number) => Ask<T[]> | null;
  #page = 0;
  #stop = new AbortController();

  /** Starts over when what `ask` reads changes. */
  constructor(ask: (page: number) => Ask<T[]> | null) {
    this.#ask = ask;
    const first = $derived(ask(1)?.url);
    $effect.pre(() => {
      if (!first) return;
      this.#stop = new AbortController();
      const { signal } = this.#stop;
      this.#page = 0;
      untrack(() => void this.#next(signal));
      return () => this.#stop.abort();
    });
  }

  get complete() {
    return !this.busy && !this.error && this.items.length >= this.total;
  }

  more = () => {
    if (!this.busy && !this.complete) void this.#next(this.#stop.signal);
  };

  async #next(signal: AbortSignal) {
    const page = this.#page + 1;
    const asked = this.#ask(page);
    if (!asked) return;
    this.busy = true;
    try {
      const reply = await read<T[]>(asked.url, signal);
      if (signal.aborted) return;
      this.items = page === 1 ? reply.data : [...this.items, ...reply.data];
      this.total = reply.meta.total;
      this.#page = page;
      this.error = null;
    } catch (problem) {
      if (!signal.aborted) this.error = problem as Error;
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }
}
