/**
 * What the dashboard and its frame page (/app/frame.html) say to each other. Recorded pages are rebuilt in the frame page alone:
 * it has a Content-Security-Policy of its own, can ask the server nothing, and gets every event from the dashboard.
 * Moments are milliseconds since 1970, as rrweb counts.
 */
import type { Box } from "./measure";

/** An event as a visitor's browser sent it: nothing in it is known to be true. */
export type Recorded = { type: number; timestamp: number; data?: unknown };

/** To the frame page. `begin`, `add`, `drop`, `show` and `speed` play; `page` and `measure` are about one page at rest. */
export type ToFrame =
  /** Forget all, take these: they start with a full snapshot, and are complete until `until`. */
  | { kind: "begin"; events: Recorded[]; until: number; at: number; playing: boolean; turn: number }
  /** What follows, without a hole. */
  | { kind: "add"; events: Recorded[]; until: number }
  /** Events before the last full snapshot at or before this moment are not needed any more. */
  | { kind: "drop"; before: number }
  | { kind: "show"; at: number; playing: boolean; turn: number }
  | { kind: "speed"; speed: number }
  | { kind: "clear" }
  /** Rebuild the page at the first full snapshot at or after this moment, at its own viewport or laid out anew at this width. */
  | { kind: "page"; events: Recorded[]; at: number; width?: number }
  /** Tell where these elements are, now and whenever the page's size changes. */
  | { kind: "measure"; selectors: string[] };

export type FromFrame =
  | { kind: "ready" }
  /** While playing, at every picture; `waiting`: what it has is at its end; `turn`: of the last `begin` or `show` it has heard. */
  | { kind: "at"; at: number; playing: boolean; waiting: boolean; turn: number }
  | { kind: "viewport"; width: number; height: number }
  /** In CSS pixels of the visitor's screen. `height` is the whole page's; `at` is null where there was no snapshot. */
  | { kind: "page"; at: number | null; width: number; height: number; viewport_height: number }
  /** `selectors` are those that were asked for. */
  | { kind: "measured"; selectors: string[]; boxes: (Box | null)[] }
  | { kind: "failed"; why: string };

/** Hears messages of one kind from one window of our own origin, and nobody else's. Gives what ends the hearing. */
export function hear<M extends { kind: string }>(from: () => Window | null, heard: (message: M) => void): () => void {
  const listen = (event: MessageEvent<unknown>) => {
    if (event.origin !== location.origin || !event.source || event.source !== from()) return;
    const said = event.data as Partial<M> | null;
    if (typeof said === "object" && typeof said?.kind === "string") heard(said as M);
  };
  addEventListener("message", listen);
  return () => removeEventListener("message", listen);
}

export function say<M extends { kind: string }>(to: Window, message: M): void {
  to.postMessage(message, location.origin);
}
