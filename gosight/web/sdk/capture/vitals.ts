/**
 * Web Vitals by their standard definitions (https://web.dev/articles/vitals), each once a page load. LCP is final with
 * the first input, CLS and INP when the page is first hidden.
 */
import { guard, here, on } from "../core/guard";
import type { Report } from "./report";

interface Entry extends PerformanceEntry {
  value?: number;
  hadRecentInput?: boolean;
  interactionId?: number;
  activationStart?: number;
  responseStart?: number;
}

const SESSION_GAP_MS = 1000;
const SESSION_MS = 5000;
/** One interaction in so many may be slower than what INP tells. */
const OUTLIER_EVERY = 50;

/** The answer reports what is still open: the page is being hidden. */
export function watchVitals(report: Report): () => void {
  const url = here();
  const [load] = performance.getEntriesByType("navigation") as [Entry?];
  const activated = load?.activationStart ?? 0;
  const closers: (() => void)[] = [];
  const told = new Set<string>();
  let hiddenAt = firstHidden();

  function tell(name: string, value: number | undefined): void {
    if (value === undefined || told.has(name)) return;
    told.add(name);
    const rounded = Math.round(value * 1e4) / 1e4;
    report("web_vital", () => ({ name, value: name === "CLS" ? rounded : Math.round(value) }), { url });
  }

  /** Entries so far and to come; the answer takes those that were not handed over yet. */
  function observe(type: string, take: (entry: Entry) => void): () => void {
    const each = guard((entries: PerformanceEntryList) => entries.forEach((entry) => take(entry as Entry)));
    if (!supports(type)) return () => {};
    const observer = new PerformanceObserver((list) => each(list.getEntries()));
    const options = { type, buffered: true, durationThreshold: 16 };
    observer.observe(options);
    return () => each(observer.takeRecords());
  }

  if (load?.responseStart) tell("TTFB", Math.max(0, load.responseStart - activated));
  observe("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint" && startTime < hiddenAt) tell("FCP", Math.max(0, startTime - activated));
  });
  largestPaint();
  layoutShift();
  interactions();

  function largestPaint(): void {
    let value: number | undefined;
    const rest = observe("largest-contentful-paint", ({ startTime }) => {
      if (startTime < hiddenAt) value = Math.max(0, startTime - activated);
    });
    const close = (): void => {
      rest();
      tell("LCP", value);
    };
    closers.push(close);
    // After the browser has handed over what was painted before the input.
    for (const type of ["keydown", "click"]) on(window, type, (event) => event.isTrusted && setTimeout(guard(close)));
  }

  function layoutShift(): void {
    let worst = 0;
    let sum = 0;
    let first = 0;
    let last = 0;
    if (!supports("layout-shift")) return;
    const rest = observe("layout-shift", ({ startTime, value, hadRecentInput }) => {
      if (hadRecentInput) return;
      if (startTime - last >= SESSION_GAP_MS || startTime - first >= SESSION_MS) {
        sum = 0;
        first = startTime;
      }
      last = startTime;
      sum += value ?? 0;
      worst = Math.max(worst, sum);
    });
    closers.push(() => {
      rest();
      if (told.has("FCP")) tell("CLS", worst);
    });
  }

  function interactions(): void {
    const slowest = new Map<number, number>();
    const take = ({ interactionId: id, duration }: Entry): void => {
      if (id) slowest.set(id, Math.max(duration, slowest.get(id) ?? 0));
    };
    const rests = [observe("event", take), observe("first-input", take)];
    closers.push(() => {
      rests.forEach((rest) => rest());
      const counted = (performance as Performance & { interactionCount?: number }).interactionCount;
      const index = Math.floor((counted ?? slowest.size) / OUTLIER_EVERY);
      const durations = [...slowest.values()].sort((a, b) => b - a);
      tell("INP", durations[Math.min(index, durations.length - 1)]);
    });
  }

  return () => {
    hiddenAt = Math.min(hiddenAt, performance.now());
    for (const close of closers) close();
  };
}

const supports = (type: string): boolean => PerformanceObserver.supportedEntryTypes?.includes(type);

/** When the page was first hidden: what was painted after that tells nothing about the page. */
function firstHidden(): number {
  if (document.hidden) return 0;
  const past = performance.getEntriesByType("visibility-state").find(({ name }) => name === "hidden");
  return past?.startTime ?? Infinity;
}
