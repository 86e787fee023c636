/** What happened, as marks on the timeline and as lines of the list. */
import type { IconName } from "../parts/Icon.svelte";
import { eventColour, eventIcon } from "../words/events";
import type { ReplayMark } from "../api/types";

export type Happening = {
  at: number;
  type: string;
  label: string;
  icon: IconName;
  colour: string;
  errorId: string | null;
};

/** Told by an icon of its own above the track; all others are a line on it. */
const LOUD = ["js_error", "error_click", "rage_click", "dead_click", "thrashed_cursor", "custom", "chat_message"];

export const isLoud = ({ type }: Happening): boolean => LOUD.includes(type);

const names: Record<string, string> = {
  page_view: "Page view",
  click: "Click",
  js_error: "Error",
  rage_click: "Rage click",
  dead_click: "Dead click",
  error_click: "Error click",
  thrashed_cursor: "Thrashed cursor",
  custom: "Event",
  chat_message: "Chat message",
};

export const kindName = (type: string): string => names[type] ?? type;

export function happenings(marks: ReplayMark[]): Happening[] {
  return marks
    .map((mark) => ({
      at: Date.parse(mark.timestamp),
      type: mark.type,
      label: mark.label || kindName(mark.type),
      icon: mark.type === "chat_message" ? ("chat" as const) : eventIcon(mark.type),
      colour: eventColour(mark.type),
      errorId: mark.error_id ?? null,
    }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
}

/** Icons that would lie over each other become one: the gravest of them, and how many there are. */
export type Cluster = { at: number; first: Happening; times: number };

export function clusters(loud: Happening[], apart: number): Cluster[] {
  const found: Cluster[] = [];
  for (const each of loud) {
    const last = found.at(-1);
    if (!last || each.at - last.at >= apart) found.push({ at: each.at, first: each, times: 1 });
    else {
      last.times++;
      if (LOUD.indexOf(each.type) < LOUD.indexOf(last.first.type)) last.first = each;
    }
  }
  return found;
}

const SAME_MS = 50; // where a seek ends is not exactly where it was asked for

export const after = (list: Happening[], at: number): Happening | undefined =>
  list.find((each) => each.at > at + SAME_MS);
export const before = (list: Happening[], at: number): Happening | undefined =>
  list.findLast((each) => each.at < at - SAME_MS);
