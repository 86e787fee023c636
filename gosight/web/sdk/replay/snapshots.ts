/** When the whole page is taken anew: so that a chunk that is lost, or a time left out, spoils only its own stretch. */
import { EventType, IncrementalSource, type eventWithTime } from "@rrweb/types";
import { guard } from "../core/guard";
import { whenIdle } from "./idle";

export interface Snapshots {
  /** Whether this event may follow those before it; takes a snapshot first where something was left out. */
  admits(event: eventWithTime): boolean;
  /** An event was left out: from here on the recording does not know the page. */
  miss(): void;
  now(): void;
  soon(): void;
  /** The visitor may have gone to another page of a single-page application. */
  look(): void;
}

const EVERY_MS = 300_000;
/** A page is there when nothing changed for so long, and is not waited for longer than this. */
const SETTLED_MS = 500;
const LATEST_MS = 3000;
const LOOK_MS = 250;
/** What a snapshot tells as well; told after it once more, these would change the page twice. */
const TOLD_BY_SNAPSHOT: number[] = [
  IncrementalSource.Mutation,
  IncrementalSource.StyleSheetRule,
  IncrementalSource.StyleDeclaration,
  IncrementalSource.AdoptedStyleSheet,
];

export function createSnapshots(take: () => void): Snapshots {
  let missed = false;
  let isTaking = false;
  let takenAt = 0;
  let changedAt = 0;
  let lookedAt = 0;
  let route = "";
  let isComing = false;

  const now = guard(() => {
    if (isTaking) return;
    isTaking = true;
    try {
      take();
    } finally {
      isTaking = false;
    }
  });

  function soon(): void {
    if (isComing) return;
    isComing = true;
    whenIdle(() => {
      isComing = false;
      now();
      return false;
    });
  }

  function settle(began: number): void {
    const at = Date.now();
    if (at - changedAt > SETTLED_MS || at - began > LATEST_MS) soon();
    else setTimeout(() => settle(began), LOOK_MS);
  }

  function look(): void {
    lookedAt = Date.now();
    if (!takenAt || routeOf(location.href) === route) return;
    route = routeOf(location.href);
    changedAt = Date.now();
    settle(changedAt);
  }

  function admits(event: eventWithTime): boolean {
    if (event.type === EventType.Meta) route = routeOf(location.href);
    if (event.type === EventType.FullSnapshot) [takenAt, missed] = [event.timestamp, false];
    if (isTaking || event.type === EventType.Meta || event.type === EventType.FullSnapshot) return true;
    if (!takenAt) return false;
    const source = event.type === EventType.IncrementalSnapshot ? event.data.source : -1;
    if (missed) {
      now();
      return !missed && !TOLD_BY_SNAPSHOT.includes(source);
    }
    if (source === IncrementalSource.Mutation) changedAt = event.timestamp;
    if (event.timestamp - takenAt > EVERY_MS) soon();
    if (event.timestamp - lookedAt > LOOK_MS) look();
    return true;
  }

  return { admits, now, soon, look, miss: () => (missed = true) };
}

/** The address as far as it says which page this is: not the place on it. */
const routeOf = (address: string): string => address.replace(/#(?![!/]).*/, "");
