/** How many rules of a project fire now; asked again while somebody looks. */
import { questions } from "../api";
import { poll } from "../api/client";
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
      const look = () => {
        if (document.hidden) return;
        poll<AlertRule[]>(url, stop.signal)
          .then((rules) => (this.rules = rules.filter((rule) => rule.state === "firing").length))
          .catch(() => {}); // a mark on the side: it stays as it is and asks again
      };
      look();
      const timer = setInterval(look, EVERY_MS);
      document.addEventListener("visibilitychange", look);
      return () => {
        stop.abort();
        clearInterval(timer);
        document.removeEventListener("visibilitychange", look);
      };
    });
  }
}
