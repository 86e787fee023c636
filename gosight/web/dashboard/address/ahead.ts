/** Fetches what a link leads to while the pointer rests on it: the page's code at once, its first reply a moment later. */
import { readAhead } from "../api/client";
import { ownLink } from "./address.svelte";
import { find } from "./routes";

const REST_MS = 120; // a pointer that only passes over a list asks nothing

export function fetchAhead(): void {
  let timer = 0;
  const look = (event: Event) => {
    clearTimeout(timer);
    const link = ownLink(event);
    const found = link && find(link.pathname);
    if (!found) return;
    found.route.page().catch(() => {});
    const asks = found.route.asks?.(found.params);
    if (asks) timer = window.setTimeout(() => readAhead(asks.url), REST_MS);
  };
  document.addEventListener("pointerover", look, { passive: true });
  document.addEventListener("focusin", look);
}
