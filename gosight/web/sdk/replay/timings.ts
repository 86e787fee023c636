/** How long a request took until its last byte, and how large it was, from the browser's own list of requests. */
import { guard } from "../core/guard";
import type { Asked, Settled } from "./network";

export interface Timings {
  /** Tells of it as soon as the browser has listed it, or a moment later with what is known anyway. */
  complete(settled: Settled): void;
}

/** An answer may stream for hours; it is told of by then. */
const PATIENCE_MS = 2000;
/** The clocks of a script and of the list differ by this at most. */
const SLACK_MS = 5;

export function createTimings(tell: (asked: Asked) => void): Timings {
  const waiting = new Map<Settled, ReturnType<typeof setTimeout>>();
  /** Listed before the script was told of the answer. */
  let listed: PerformanceResourceTiming[] = [];

  function finish(settled: Settled, timing?: PerformanceResourceTiming): void {
    clearTimeout(waiting.get(settled));
    waiting.delete(settled);
    const { began, ...asked } = settled;
    const duration_ms = Math.round(timing?.duration ?? performance.now() - began);
    tell({ ...asked, duration_ms, size: timing?.encodedBodySize || settled.size });
  }

  const isOf = (timing: PerformanceResourceTiming, { url, began }: Settled): boolean =>
    timing.name === url && timing.startTime >= began - SLACK_MS;

  function take(timing: PerformanceResourceTiming): void {
    if (!["fetch", "xmlhttprequest"].includes(timing.initiatorType)) return;
    const settled = [...waiting.keys()].find((each) => isOf(timing, each));
    if (settled) finish(settled, timing);
    else listed = [...listed.filter(({ responseEnd }) => responseEnd > performance.now() - PATIENCE_MS), timing];
  }

  if (typeof PerformanceObserver !== "undefined" && PerformanceObserver.supportedEntryTypes?.includes("resource")) {
    const each = guard((list: PerformanceObserverEntryList) =>
      (list.getEntries() as PerformanceResourceTiming[]).forEach(take),
    );
    new PerformanceObserver(each).observe({ type: "resource" });
  }

  return {
    complete(settled) {
      const timing = listed.find((each) => isOf(each, settled));
      listed = listed.filter((each) => each !== timing);
      if (timing || settled.error) return finish(settled, timing);
      const timer = setTimeout(
        guard(() => finish(settled)),
        PATIENCE_MS,
      );
      waiting.set(settled, timer);
    },
  };
}
