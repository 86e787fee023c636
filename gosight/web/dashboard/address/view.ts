/** What a view of the figures is made of, read from the query so that a link shares it: range, zone, interval, filters. */
import type { BreakdownBy, Interval } from "../api/types";
import type { Query } from "../api/client";
import { addDays, addMonths, daysBetween, hoursAgo, today } from "../words/dates";

export const PRESETS = {
  today: "Today",
  yesterday: "Yesterday",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  month: "This month",
  "last-month": "Last month",
} as const;
export type Preset = keyof typeof PRESETS;

export const FILTERS = {
  path: "Page",
  referrer: "Source",
  country: "Country",
  browser: "Browser",
  os: "OS",
  device_type: "Device",
  utm_source: "UTM source",
  utm_medium: "UTM medium",
  utm_campaign: "UTM campaign",
  user_id: "User",
} as const satisfies Partial<Record<BreakdownBy, string>>;
export type Filter = keyof typeof FILTERS;

/** What goes along from page to page. */
export const CARRIED = ["range", "from", "to", "tz", "compare", "bots", ...Object.keys(FILTERS)];

export type View = {
  preset: Preset | null; // null: from and to were chosen
  from: string;
  to: string;
  zone: string;
  interval: Interval;
  compare: boolean;
  bots: boolean;
  filters: [Filter, string][];
};

export function viewOf(query: URLSearchParams, projectZone: string, now: Date): View {
  const zone = knownZone(query.get("tz")) ?? projectZone;
  const [preset, from, to] = span(query, zone, now);
  const filters = (Object.keys(FILTERS) as Filter[]).flatMap((name): [Filter, string][] => {
    const value = query.get(name);
    return value ? [[name, value]] : [];
  });
  const asked = query.get("interval") as Interval | null;
  const interval = asked && intervalsFor(from, to).includes(asked) ? asked : usualInterval(from, to);
  return {
    preset,
    from,
    to,
    zone,
    interval,
    compare: query.get("compare") !== "none",
    bots: query.get("bots") === "true",
    filters,
  };
}

function span(query: URLSearchParams, zone: string, now: Date): [Preset | null, string, string] {
  const [from, to] = [query.get("from"), query.get("to")];
  if (isDate(from) && isDate(to) && from <= to) return [null, from, to];
  const asked = query.get("range") ?? "";
  const preset = asked in PRESETS ? (asked as Preset) : "7d";
  return [preset, ...presetSpan(preset, zone, now)];
}

export function presetSpan(preset: Preset, zone: string, now: Date): [string, string] {
  const day = today(zone, now);
  const month = `${day.slice(0, 7)}-01`;
  switch (preset) {
    case "today":
      return [day, day];
    case "yesterday":
      return [addDays(day, -1), addDays(day, -1)];
    case "24h":
      return [hoursAgo(23, zone, now), hoursAgo(-1, zone, now)]; // a local time as end is the first that is out
    case "7d":
      return [addDays(day, -6), day];
    case "30d":
      return [addDays(day, -29), day];
    case "90d":
      return [addDays(day, -89), day];
    case "month":
      return [month, day];
    case "last-month":
      return [addMonths(month, -1), addDays(month, -1)];
  }
}

/** Intervals that give at least two points and not more than the chart can show. */
export function intervalsFor(from: string, to: string): Interval[] {
  const days = daysBetween(from, to) + 1;
  const fits: Interval[] = [];
  if (days <= 14) fits.push("hour");
  if (days > 1 && days <= 370) fits.push("day");
  if (days > 7) fits.push("week");
  if (days > 31) fits.push("month");
  return fits.length ? fits : ["month"];
}

function usualInterval(from: string, to: string): Interval {
  const days = daysBetween(from, to) + 1;
  if (days <= 2) return "hour";
  return days <= 120 ? "day" : days <= 370 ? "week" : "month";
}

/** A day, or an hour of a day. */
function isDate(text: string | null): text is string {
  return !!text && /^\d{4}-\d\d-\d\d(T\d\d:00)?$/.test(text) && !Number.isNaN(Date.parse(text));
}

function knownZone(zone: string | null): string | null {
  if (!zone) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch {
    return null;
  }
}

/** The part of an API query that every figure and list shares. */
export function rangeQuery(view: View): Query {
  return {
    start_date: view.from,
    end_date: view.to,
    timezone: view.zone,
    bots: view.bots || null,
    ...Object.fromEntries(view.filters),
  };
}
