/** Calendar days as text (2026-01-31), and times as people read them, always in a named time zone. */
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes 50 µs, a list shows hundreds of times: each is made once. */
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options })));
  return made;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const DAY = { day: "numeric", month: "short" } as const;

export function today(zone: string, now: Date): string {
  return localHour(now, zone).slice(0, 10);
}

/** The hour of a zone's clock, some hours ago: 2026-01-31T14:00 */
export function hoursAgo(hours: number, zone: string, now: Date): string {
  return localHour(new Date(now.getTime() - hours * 3_600_000), zone);
}

function localHour(at: Date, zone: string): string {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit", ...CLOCK }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:00`;
}

const utc = (day: string) => new Date(day.length > 10 ? `${day}Z` : `${day}T00:00Z`);
const asDay = (at: Date) => at.toISOString().slice(0, 10);

export function addDays(day: string, days: number): string {
  return asDay(new Date(utc(day.slice(0, 10)).getTime() + days * DAY_MS));
}

export function addHour(hour: string): string {
  return new Date(utc(hour).getTime() + 3_600_000).toISOString().slice(0, 16);
}

export function addMonths(day: string, months: number): string {
  const at = utc(day);
  at.setUTCMonth(at.getUTCMonth() + months);
  return asDay(at);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to.slice(0, 10)).getTime() - utc(from.slice(0, 10)).getTime()) / DAY_MS);
}

/** A point of a series, 2026-01-31 or 2026-01-31T14:00, as an axis or a tooltip says it. */
export function pointName(date: string, interval: string, long = false): string {
  const at = utc(date);
  if (interval === "hour") {
    const clock = format("UTC", CLOCK).format(at);
    return long || clock === "00:00"
      ? `${format("UTC", { weekday: "short", ...DAY }).format(at)}${long ? `, ${clock}` : ""}`
      : clock;
  }
  if (interval === "month") return format("UTC", { month: long ? "long" : "short", year: "numeric" }).format(at);
  const day = format(
    "UTC",
    long ? { weekday: interval === "day" ? "short" : undefined, ...DAY, year: "numeric" } : DAY,
  ).format(at);
  return interval === "week" && long ? `Week of ${day}` : day;
}

/** 14 – 20 Jan 2026 */
export function rangeName(from: string, to: string): string {
  const [start, end] = [utc(from), utc(to)];
  const hours = from.length > 10;
  if (from === to) return format("UTC", { weekday: "short", ...DAY, year: "numeric" }).format(start);
  return format("UTC", hours ? { ...DAY, ...CLOCK } : { ...DAY, year: "numeric" }).formatRange(start, end);
}

export function clock(at: string, zone: string, seconds = false): string {
  return format(zone, seconds ? { ...CLOCK, second: "2-digit" } : CLOCK).format(new Date(at));
}

export function dayName(at: string, zone: string): string {
  return format(zone, { weekday: "long", ...DAY, year: "numeric" }).format(new Date(at));
}

export function dayAndClock(at: string, zone: string, now = new Date()): string {
  const sameYear = today(zone, new Date(at)).slice(0, 4) === today(zone, now).slice(0, 4);
  return format(zone, { ...DAY, ...(sameYear ? {} : { year: "numeric" as const }), ...CLOCK }).format(new Date(at));
}

export function exact(at: string, zone: string): string {
  const options = {
    weekday: "short",
    ...DAY,
    year: "numeric",
    ...CLOCK,
    second: "2-digit",
    fractionalSecondDigits: 3,
  } as const;
  return `${format(zone, options).format(new Date(at))} (${zone})`;
}

/** just now, 5 min ago, Today, 14:05, then the day */
export function ago(at: string, zone: string, now = new Date()): string {
  const seconds = (now.getTime() - Date.parse(at)) / 1000;
  if (seconds >= 0 && seconds < 60) return "just now";
  if (seconds >= 0 && seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return today(zone, now) === today(zone, new Date(at)) ? `Today, ${clock(at, zone)}` : dayAndClock(at, zone, now);
}

export function zones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
