/** The last half minute, in memory: what led to a trouble that may never come. */
import { EventType, type eventWithTime } from "@rrweb/types";

export interface Buffer {
  /** Whether it is time for another snapshot, so that what came before it can be forgotten. */
  add(event: eventWithTime): boolean;
  /** All that is held; empty afterwards. */
  take(): eventWithTime[];
}

const KEEP_MS = 30_000;
/** A page that changes without end gets its snapshots sooner. */
const MAX_EVENTS = 5000;

export function createBuffer(): Buffer {
  /** Each begins with a snapshot. */
  let stretches: eventWithTime[][] = [];

  /** A stretch is needed until the next one is half a minute old. */
  function forget(now: number): void {
    while (stretches[1] && (stretches[1][0]!.timestamp <= now - KEEP_MS || stretches.length > 3)) stretches.shift();
  }

  return {
    add(event) {
      if (event.type === EventType.Meta || !stretches.length) stretches.push([]);
      const current = stretches[stretches.length - 1]!;
      current.push(event);
      forget(event.timestamp);
      return event.timestamp - current[0]!.timestamp > KEEP_MS || current.length > MAX_EVENTS;
    },
    take() {
      const held = stretches.flat();
      stretches = [];
      return held;
    },
  };
}
