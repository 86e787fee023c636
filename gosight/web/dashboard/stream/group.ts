/** Puts events in order for reading: by page, with runs of scrolling and mouse movement as one line. */
import type { Signal } from "../api/types";

export type Streamed = {
  id: string;
  type: string;
  name: string | null;
  timestamp: string;
  path: string | null;
  url: string | null;
  payload: Record<string, unknown>;
  /** the group that an error belongs to */
  error_id?: string | null;
};
export type Line = { event: Streamed; times: number };
export type PageGroup = {
  key: string;
  path: string | null;
  url: string | null;
  title: string;
  viewed: boolean;
  lines: Line[];
};

const RUNS = ["scroll", "mouse_move"];

export function byPage(events: Streamed[]): PageGroup[] {
  const groups: PageGroup[] = [];
  for (const event of events) {
    let group = groups.at(-1);
    if (!group || group.path !== event.path || (event.type === "page_view" && group.viewed)) {
      group = { key: event.id, path: event.path, url: event.url, title: "", viewed: false, lines: [] };
      groups.push(group);
    }
    group.url ??= event.url;
    group.viewed ||= event.type === "page_view";
    if (event.type === "page_view" && typeof event.payload?.title === "string") group.title ||= event.payload.title;
    add(group.lines, event);
  }
  return groups;
}

export function add(lines: Line[], event: Streamed): void {
  const last = lines.at(-1);
  if (last && last.event.type === event.type && RUNS.includes(event.type)) {
    lines[lines.length - 1] = { event, times: last.times + 1 };
  } else {
    lines.push({ event, times: 1 });
  }
}

/** What the server found, between the events that it was found in; only as far as events are loaded. */
export function withSignals(events: Streamed[], signals: Signal[], complete: boolean): Streamed[] {
  const until = complete ? Infinity : Date.parse(events.at(-1)?.timestamp ?? "");
  const found = signals
    .filter((signal) => signal.type !== "dead_click") // the browser's own event of that click is there already
    .filter((signal) => Date.parse(signal.timestamp) <= until)
    .map((signal, index): Streamed => {
      const path = signal.url ?? pathAt(events, signal.timestamp);
      return {
        id: `signal-${index}`,
        type: signal.type,
        name: null,
        timestamp: signal.timestamp,
        path,
        url: null,
        payload: { target: { selector: signal.target } },
      };
    });
  return [...events, ...found].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
}

/** A signal stands with the page that the events around it were on. */
function pathAt(events: Streamed[], at: string): string | null {
  let path: string | null = events[0]?.path ?? null;
  for (const event of events) {
    if (Date.parse(event.timestamp) > Date.parse(at)) break;
    path = event.path;
  }
  return path;
}
