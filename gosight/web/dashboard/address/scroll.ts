/** Going back shows a page where it was left. The browser's own way comes too early: our pages fill after they open. */
const SETTLED_MS = 120;
const TRIES = 60; // frames, about a second, for the page to become long enough

export function keepScroll(): void {
  history.scrollRestoration = "manual";
  let timer = 0;
  addEventListener(
    "scroll",
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => history.replaceState({ ...history.state, y: scrollY }, ""), SETTLED_MS);
    },
    { passive: true },
  );
  addEventListener("popstate", () => (clearTimeout(timer), restore()));
  restore();
}

function restore(tries = TRIES): void {
  const y = (history.state as { y?: number } | null)?.y ?? 0;
  const reachable = document.documentElement.scrollHeight - innerHeight;
  if (reachable >= y || tries === 0) scrollTo(0, y);
  else requestAnimationFrame(() => restore(tries - 1));
}
