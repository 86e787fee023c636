/** Where the pointer went, thinned out: enough to tell a thrashed cursor, at most 20 points a second. */
import { here, on } from "../core/guard";
import { IGNORE } from "./privacy";
import type { Report } from "./report";

const SAMPLE_MS = 50;
const MIN_MOVE_PX = 4;
/** At most 60 points. */
const MAX_SPAN_MS = 3000;

/** The answer sends what was gathered. */
export function watchMouse(report: Report): () => void {
  let points: [number, number, number][] = [];
  let began = 0;
  let url = "";
  let last: [number, number, number] = [0, -9, -9];

  function drain(): void {
    if (points.length > 1) {
      const sent = points;
      report("mouse_move", () => ({ points: sent }), { ts: began, url });
    }
    points = [];
  }

  on<PointerEvent>(document, "pointermove", ({ pointerType, clientX, clientY, target }) => {
    const now = Date.now();
    const [at, x, y] = last;
    if (pointerType !== "mouse" || now - at < SAMPLE_MS) return;
    if (Math.abs(clientX - x) + Math.abs(clientY - y) < MIN_MOVE_PX || (target as Element).closest?.(IGNORE)) return;
    if (points.length && (now - began > MAX_SPAN_MS || here() !== url)) drain();
    if (!points.length) {
      began = now;
      url = here();
      setTimeout(() => now === began && drain(), MAX_SPAN_MS);
    }
    last = [now, Math.round(clientX), Math.round(clientY)];
    points.push([now - began, last[1], last[2]]);
  });
  return drain;
}
