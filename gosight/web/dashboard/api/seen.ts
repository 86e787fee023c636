/** Does `look` now, every so often while the page is seen, and at once when it is seen again. Answers how to stop. */
export function whileSeen(everyMs: number, look: () => void): () => void {
  const seen = () => {
    if (!document.hidden) look();
  };
  seen();
  const timer = setInterval(seen, everyMs);
  document.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
