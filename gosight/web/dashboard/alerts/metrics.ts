/** The figures that a rule can watch, in words. */
import type { AlertCondition } from "../api/types";
import { decimal, duration } from "../words/numbers";

type Metric = { name: string; explained: string; unit?: "%" | "s" | "ms" };

export const EVENT = "event:";
export const METRICS: Record<string, Metric> = {
  rage_clicks: { name: "Rage clicks", explained: "Runs of quick clicks on one spot, at the moment they began." },
  dead_clicks: { name: "Dead clicks", explained: "Clicks on something that looks clickable and did nothing." },
  error_clicks: { name: "Error clicks", explained: "Clicks that a JavaScript error followed within a second." },
  js_errors: { name: "JavaScript errors", explained: "Errors at the moment they happened, ignored ones too." },
  error_sessions: { name: "Sessions with errors", explained: "In how many sessions an error happened." },
  sessions: { name: "Sessions", explained: "Visits that began in the window." },
  users: { name: "Users", explained: "Different visitors among the visits that began in the window." },
  pageviews: { name: "Page views", explained: "Pages that were opened in the window." },
  events: { name: "Events", explained: "Everything that was recorded in the window." },
  bounce_rate: {
    name: "Bounce rate",
    explained: "Share of the visits that began in the window with one page view so far.",
    unit: "%",
  },
  avg_session_duration: {
    name: "Average session",
    explained: "How long the visits that began in the window lasted so far, in seconds.",
    unit: "s",
  },
  "web_vitals.lcp": { name: "LCP, 75th percentile", explained: "When the largest element was painted.", unit: "ms" },
  "web_vitals.inp": { name: "INP, 75th percentile", explained: "How long pages took to react.", unit: "ms" },
  "web_vitals.cls": { name: "CLS, 75th percentile", explained: "How far content jumped; above 0.1 it is felt." },
  "web_vitals.fcp": { name: "FCP, 75th percentile", explained: "When something was painted first.", unit: "ms" },
  "web_vitals.ttfb": { name: "TTFB, 75th percentile", explained: "When the server's answer began.", unit: "ms" },
};
export const WINDOWS = ["1m", "5m", "10m", "15m", "30m", "1h", "2h", "6h", "12h", "1d", "7d"];
export const OPERATORS = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" } as const;
export const COMPARED = { day_before: "a day before", week_before: "a week before" } as const;

export const metricName = (metric: string): string =>
  METRICS[metric]?.name ?? `Event ${metric.startsWith(EVENT) ? metric.slice(EVENT.length) : metric}`;

/** A value of the metric; with a comparison the change. */
export function valueOf(condition: AlertCondition, value: number | null | undefined): string {
  if (condition.compare && value != null) return `${value > 0 ? "+" : ""}${decimal(value)}%`;
  const unit = METRICS[condition.metric]?.unit;
  if (unit === "s") return duration(value);
  if (condition.metric === "web_vitals.cls" && value != null) return String(Math.round(value * 1000) / 1000);
  const text = decimal(value ?? null);
  return value == null || !unit ? text : unit === "%" ? `${text}%` : `${text} ${unit}`;
}

/** "above 10 over 5m by path" */
export function inWords(condition: AlertCondition): string {
  const against = condition.compare ? ` against ${COMPARED[condition.compare]}` : "";
  const groups = condition.group_by?.length ? ` by ${condition.group_by.join(", ")}` : "";
  const value = valueOf(condition, condition.threshold);
  return `${metricName(condition.metric)} ${OPERATORS[condition.operator]} ${value}${against} over ${condition.window}${groups}`;
}

export const groupOf = (values: Record<string, unknown>): string =>
  ["path", "country", "device", "browser"]
    .filter((name) => name in values)
    .map((name) => String(values[name] ?? "unknown"))
    .join(", ");
