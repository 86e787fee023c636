/** The last half minute, in memory: what led to a trouble that may never come. */
import { EventType, type eventWithTime } from "@rrweb/types";
import { parse } from "../core/store";
import type { Earlier } from "./earlier";

export interface Buffer {
  /** Whether it is time for another snapshot, so that what came before it can be forgotten. */
  add(event: eventWithTime): boolean;
  /** Takes in what an earlier page of this tab held when it was left. */
  restore(earlier: Earlier[]): void;
  /** All that is held, for the next page. */
  keep(write: (event: eventWithTime) => string): Earlier[];
  /** All that is held; empty afterwards. */
  take(): eventWithTime[];
}

/** Begins with a snapshot. That of an earlier page stays the JSON it was kept as: it is rarely needed. */
interface Stretch {
  at: number;
  events: eventWithTime[];
  json?: string;
}

export const KEEP_MS = 30_000;
/** A page that changes without end gets its snapshots sooner. */
const MAX_EVENTS = 5000;
const MAX_STRETCHES = 5;

export function createBuffer(): Buffer {
  let stretches: Stretch[] = [];

  /** A stretch is needed until the next one is half a minute old. */
  function forget(now: number): void {
    while (stretches[1] && (stretches[1].at <= now - KEEP_MS || stretches.length > MAX_STRETCHES)) stretches.shift();
  }

  return {
    add(event) {
      let current = stretches[stretches.length - 1];
      if (event.type === EventType.Meta || !current || current.json)
        stretches.push((current = { at: event.timestamp, events: [] }));
      current.events.push(event);
      forget(event.timestamp);
      return event.timestamp - current.at > KEEP_MS || current.events.length > MAX_EVENTS;
    },
    restore(earlier) {
      stretches.push(...earlier.map((each) => ({ ...each, events: [] })));
      stretches.sort((a, b) => a.at - b.at);
    },
    keep(write) {
      forget(Date.now());
      return stretches.map(({ at, events, json }) => ({ at, json: json ?? `[${events.map(write).join()}]` }));
    },
    take() {
      const held = stretches.flatMap(({ events, json }) => (json && parse<eventWithTime[]>(json)) || events);
      stretches = [];
      return held;
    },
  };
}
