/** How many rules of a project fire now; asked again while somebody looks. */
import { questions } from "../api";
import { poll } from "../api/client";
import { whileSeen } from "../api/seen";
import type { AlertRule } from "../api/types";

const EVERY_MS = 30_000;

export class Firing {
  rules = $state(0);

  constructor(project: () => string | null) {
    $effect(() => {
      const asked = project();
      this.rules = 0;
      if (!asked) return;
      const { url } = questions.alerts(asked);
      const stop = new AbortController();
      const rest = whileSeen(EVERY_MS, () => {
        poll<AlertRule[]>(url, stop.signal)
          .then((rules) => (this.rules = rules.filter((rule) => rule.state === "firing").length))
          .catch(() => {}); // a mark on the side: it stays as it is and asks again
      });
      return () => {
        rest();
        stop.abort();
      };
    });
  }
}
