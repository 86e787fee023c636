/** Moments of a replay as people write them, and as an address holds them. */

/** 0:07, 12:30, 1:02:03 */
export function clockOf(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Milliseconds of 95, 95.5, 1:35 or 1:02:03; null where it is none of these. */
export function parsedClock(text: string | null): number | null {
  const found = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(text?.trim() ?? "");
  if (!found) return null;
  const [, hours = "0", minutes = "0", seconds = "0"] = found;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

const BEFORE_MS = 2000; // who follows a link to an event sees it happen

/** Where an address asks to begin: `?t=` from the start of the replay, `?at=` for an event's own time; null for neither. */
export function askedFor(query: URLSearchParams, start: number): number | null {
  const since = parsedClock(query.get("t"));
  if (since !== null) return start + since;
  const at = Date.parse(query.get("at") ?? "");
  return Number.isNaN(at) ? null : Math.max(start, at - BEFORE_MS);
}
