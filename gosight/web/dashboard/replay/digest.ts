/**
 * What one chunk tells beside the picture: whose page it is of, where one can begin to show it, when the visitor did something,
 * console lines and requests. Everything in a chunk comes from a visitor's browser: each field may be missing or of another kind.
 */
import type { Recorded } from "../frame/messages";

export const LEVELS = ["error", "warn", "info", "log", "debug"] as const;
export type Level = (typeof LEVELS)[number];
export type ConsoleLine = { at: number; level: Level; text: string; trace: string };
/** `status` is 0 where no answer came. */
export type Request = {
  at: number;
  method: string;
  url: string;
  status: number;
  duration_ms: number | null;
  size: number | null;
  kind: string;
  error: string;
};

export type Digest = {
  index: number;
  /** The page (one load of one tab) that all of it is of; "" where the recorder does not say. */
  page: string;
  /** How many chunks of this page came before; null where the recorder does not say. */
  number: number | null;
  /** When a full snapshot was taken. */
  snapshots: number[];
  /** When the visitor did something, at most four times a second. */
  acts: number[];
  places: { at: number; href: string }[];
  lines: ConsoleLine[];
  requests: Request[];
};

const META = 4;
const SNAPSHOT = 2;
const CHANGE = 3;
const CUSTOM = 5;
const PLUGIN = 6;
/** rrweb's kinds of changes that a person makes: moves, presses, scrolls, the window's size, typing, touches, drags. */
const ACTS = new Set([1, 2, 3, 4, 5, 6, 12]);
const PRESS = 2;
const BLUR = 6; // happens when the visitor turns elsewhere
const ACT_MS = 250;
const SILENCE_MS = 1000; // a snapshot after that is a page that came to sight; others are taken as time goes by

type Data = Record<string, unknown>;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** The events of a chunk that are events at all, in order. Throws where it is no list. */
export function recorded(chunk: unknown): Recorded[] {
  if (!Array.isArray(chunk)) throw new Error("This part of the recording is no list of events.");
  const events = chunk.filter((each): each is Recorded => isData(each) && number(each.timestamp) !== null);
  return events.sort((a, b) => a.timestamp - b.timestamp);
}

export function digest(index: number, events: Recorded[]): Digest {
  const found: Digest = {
    index,
    page: "",
    number: null,
    snapshots: [],
    acts: [],
    places: [],
    lines: [],
    requests: [],
  };
  let last = -Infinity;
  for (const event of events) {
    note(found, event, event.timestamp - last > SILENCE_MS);
    last = event.timestamp;
  }
  return found;
}

function note(found: Digest, event: Recorded, afterSilence: boolean): void {
  const data = isData(event.data) ? event.data : {};
  const at = event.timestamp;
  if (event.type === META) {
    found.places.push({ at, href: text(data.href) });
    if (afterSilence) act(found, at);
  } else if (event.type === SNAPSHOT) found.snapshots.push(at);
  else if (event.type === CHANGE && isAct(data)) act(found, at);
  else if (event.type === PLUGIN) plugin(found, at, data);
  else if (event.type === CUSTOM && data.tag === "gosight/page") mark(found, data.payload);
}

const isAct = (data: Data) => ACTS.has(data.source as number) && !(data.source === PRESS && data.type === BLUR);

function act(found: Digest, at: number): void {
  if (at - (found.acts.at(-1) ?? -Infinity) >= ACT_MS) found.acts.push(at);
}

function mark(found: Digest, payload: unknown): void {
  if (!isData(payload)) return;
  found.page = text(payload.page);
  found.number = number(payload.number);
}

function plugin(found: Digest, at: number, { plugin: name, payload }: Data): void {
  if (!isData(payload)) return;
  if (name === "gosight/console") found.lines.push(line(at, payload));
  if (name === "gosight/network") found.requests.push(request(at, payload));
}

function line(at: number, payload: Data): ConsoleLine {
  const level = LEVELS.find((each) => each === payload.level) ?? "log";
  return { at, level, text: text(payload.text), trace: text(payload.trace) };
}

/** Told when it ended; shown when it began. */
function request(at: number, payload: Data): Request {
  const duration_ms = number(payload.duration_ms);
  return {
    at: at - Math.max(0, duration_ms ?? 0),
    method: text(payload.method) || "GET",
    url: text(payload.url),
    status: number(payload.status) ?? 0,
    duration_ms,
    size: number(payload.size),
    kind: text(payload.kind),
    error: text(payload.error),
  };
}

export const hasFailed = (request: Request): boolean => request.status === 0 || request.status >= 400;
