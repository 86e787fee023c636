/**
 * Makes recorded events harmless before rrweb gets them. What comes out is built anew from fields that are known; what does not fit
 * is left out. Events are cleaned in the order in which they will be shown, since a change names its element by number alone.
 */
import { EventType, NodeType, type eventWithTime, type serializedNodeWithId } from "@rrweb/types";
import type { Recorded } from "../messages";
import { change } from "./changes";
import { Nodes } from "./nodes";

const SIDE_PX = 16_384; // no screen is larger, and a browser draws no more

export class Cleaner {
  #nodes = new Nodes();
  #last = -Infinity;

  /** Those of `events` that show something, in order; none earlier than what was cleaned before. */
  clean(events: readonly Recorded[]): eventWithTime[] {
    const timed = events.filter((event) => Number.isFinite(event?.timestamp));
    const ordered = timed.toSorted((a, b) => a.timestamp - b.timestamp);
    return ordered.map((event) => this.#one(event)).filter((event) => event !== null);
  }

  #one(event: Recorded): eventWithTime | null {
    const data = this.#data(event);
    if (!data) return null;
    this.#last = Math.max(this.#last, event.timestamp);
    return { type: event.type, timestamp: this.#last, data } as eventWithTime;
  }

  #data(event: Recorded): object | null {
    const given = event.data as Record<string, unknown> | undefined;
    switch (event.type) {
      case EventType.Meta:
        return { href: "", width: side(given?.width), height: side(given?.height) };
      case EventType.FullSnapshot:
        return this.#snapshot(given);
      case EventType.IncrementalSnapshot:
        return change(given, this.#nodes);
      default:
        return null; // nothing to see: console, network and marks are read elsewhere
    }
  }

  #snapshot(given: Record<string, unknown> | undefined): object | null {
    const nodes = new Nodes();
    const node = nodes.clean(given?.node);
    if (!node || !hasRoot(node)) return null; // what is shown stays the document before it
    this.#nodes = nodes;
    const offset = given?.initialOffset as { top?: unknown; left?: unknown } | undefined;
    return { node, initialOffset: { top: Number(offset?.top) || 0, left: Number(offset?.left) || 0 } };
  }
}

/** rrweb puts its own styles into the root of a page, which is always called html. */
function hasRoot(node: serializedNodeWithId): boolean {
  return (
    node.type === NodeType.Document && node.childNodes.some((child) => "tagName" in child && child.tagName === "html")
  );
}

function side(given: unknown): number {
  const px = Math.round(Number(given));
  return px > 0 ? Math.min(px, SIDE_PX) : 1;
}
