/** One line that says what an event was about. Payloads come from visitors: every field may be missing or of another kind. */
import type { IconName } from "../parts/Icon.svelte";
import { duration } from "./numbers";

type Payload = Record<string, unknown>;

const text = (value: unknown): string =>
  typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

function target(payload: Payload): string {
  const at = (typeof payload.target === "object" && payload.target ? payload.target : {}) as Payload;
  const name = text(at.text) ? `“${text(at.text)}”` : "";
  return [name, text(at.selector) || text(at.tag)].filter(Boolean).join("  ");
}

function left(payload: Payload): string {
  const [time, depth] = [number(payload.time_on_page_ms), number(payload.scroll_depth)];
  return [
    time === null ? "" : `after ${duration(time / 1000)}`,
    depth === null ? "" : `scrolled to ${Math.round(depth)}%`,
  ]
    .filter(Boolean)
    .join(", ");
}

function vital(payload: Payload): string {
  const value = number(payload.value);
  const name = text(payload.name);
  if (value === null) return name;
  return `${name} ${name === "CLS" ? value.toFixed(3) : `${Math.round(value)} ms`}`;
}

const about: Record<string, (payload: Payload) => string> = {
  page_view: (payload) => text(payload.title),
  page_exit: left,
  click: target,
  dead_click: target,
  scroll: (payload) =>
    number(payload.depth_percent) === null ? "" : `to ${Math.round(number(payload.depth_percent)!)}%`,
  mouse_move: () => "",
  js_error: (payload) => text(payload.message),
  web_vital: vital,
  identify: (payload) => text(payload.user_id),
};

export function eventLabel(type: string, payload: Payload | null): string {
  if (!payload) return "";
  const say = about[type];
  if (say) return say(payload);
  const shown = Object.entries(payload).filter(([, value]) => text(value) || typeof value === "boolean");
  return shown
    .slice(0, 4)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}

const icons: Record<string, IconName> = {
  page_view: "page",
  page_exit: "exit",
  click: "click",
  dead_click: "dead",
  rage_click: "rage",
  error_click: "error_click",
  thrashed_cursor: "thrashed",
  scroll: "scroll",
  mouse_move: "move",
  js_error: "error",
  web_vital: "gauge",
  identify: "person",
  session_start: "dot",
  session_end: "dot",
};
const colours: Record<string, string> = {
  js_error: "error",
  error_click: "error",
  dead_click: "dead",
  rage_click: "rage",
  thrashed_cursor: "thrashed",
};

export const eventIcon = (type: string): IconName => icons[type] ?? "star";
export const eventColour = (type: string): string => colours[type] ?? "muted";
