/** Whatever goes wrong in here must not reach the page. */

export function warn(text: string): void {
  console.warn("gosight: " + text);
}

export function guard<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      work(...args);
    } catch (error) {
      warn(String(error));
    }
  };
}

/** Listens before the page does, and never holds it up. */
export function on<E extends Event>(target: EventTarget | undefined, type: string, listener: (event: E) => void): void {
  target?.addEventListener(type, guard(listener) as (event: Event) => void, { capture: true, passive: true });
}

/** The page's address, as far as the server keeps one. */
export const here = (): string => cut(location.href, 2048);

/** At most `length` characters, not ending in half of one (the server refuses half a character). */
export function cut(text: unknown, length: number): string {
  const short = String(text ?? "").slice(0, length);
  return short.replace(/[\ud800-\udbff]$/, "");
}
