/** The headline figures: what each is, how it is written, and which of them the chart can draw. */
import type { Charts, Point, Summary } from "../api/types";
import * as write from "../words/numbers";

export type Metric = {
  key: keyof Summary;
  name: string;
  meaning: string;
  text: (value: number | null) => string;
  lessIsBetter?: boolean;
  series?: (charts: Charts) => [now: Point[], before: Point[]];
  /** a series that the API works out only when it is asked for: distinct visitors of every day cost a pass of their own */
  asks?: string;
};

const whole = (value: number | null) => (value === null ? write.NONE : write.short(value));

export const METRICS: Metric[] = [
  {
    key: "sessions",
    name: "Sessions",
    meaning: "Visits that began in this range",
    text: whole,
    series: (charts) => [charts.sessions_over_time, charts.sessions_over_time_previous],
  },
  {
    key: "users",
    name: "Visitors",
    meaning: "Distinct browsers that came",
    text: whole,
    series: (charts) => [charts.users_over_time ?? [], charts.users_over_time_previous ?? []],
    asks: "users",
  },
  {
    key: "pageviews",
    name: "Page views",
    meaning: "Pages seen in those sessions",
    text: whole,
    series: (charts) => [charts.pageviews_over_time, charts.pageviews_over_time_previous],
  },
  { key: "pages_per_session", name: "Pages/session", meaning: "Page views by sessions", text: write.decimal },
  {
    key: "avg_session_duration",
    name: "Avg. duration",
    meaning: "From a session's first event to its last",
    text: write.duration,
  },
  {
    key: "bounce_rate",
    name: "Bounce rate",
    meaning: "Sessions with a single page view",
    text: write.percent,
    lessIsBetter: true,
  },
];

export const metricOf = (asked: string | null): Metric =>
  METRICS.find((metric) => metric.series && metric.key === asked) ?? METRICS[0]!;
