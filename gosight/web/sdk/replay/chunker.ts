/** Events, written out while the page is idle, and gathered to chunks. */
import { EventType, type eventWithTime } from "@rrweb/types";
import { whenIdle } from "./idle";

export interface Chunker {
  add(event: eventWithTime): void;
  /** The chunk so far, written to its end; null where there is none. The next event begins another. */
  cut(): string | null;
}

/** Characters of JSON, and how long an event may wait: a tenth of that is what they are gzipped. */
const CHUNK_CHARS = 200_000;
const CHUNK_MS = 10_000;

/** Tells which of the pages and tabs of a session a chunk is of; the last event of each. */
export const PAGE = "gosight/page";

/** `write` gives the JSON of an event; `full` is called when a chunk is ready to be cut. */
export function createChunker(page: string, write: (event: eventWithTime) => string, full: () => void): Chunker {
  let events: eventWithTime[] = [];
  let parts: string[] = [];
  let chars = 0;
  let number = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAwaited = false;

  function writeOne(): boolean {
    const event = events[parts.length];
    if (!event) return false;
    const part = write(event);
    parts.push(part);
    chars += part.length + 1;
    return true;
  }

  function writeSome(): boolean {
    if (!writeOne()) return (isAwaited = false);
    if (chars > CHUNK_CHARS) full();
    return true;
  }

  return {
    add(event) {
      events.push(event);
      timer ??= setTimeout(full, CHUNK_MS);
      if (isAwaited) return;
      isAwaited = true;
      whenIdle(writeSome);
    },
    cut() {
      const last = events[events.length - 1];
      if (last) events.push(pageMark(page, number++, last.timestamp));
      while (writeOne());
      clearTimeout(timer);
      timer = undefined;
      const json = last ? `[${parts.join()}]` : null;
      events = [];
      parts = [];
      chars = 0;
      return json;
    },
  };
}

/** `number`: how many chunks of this page came before, so that a missing one is seen. */
function pageMark(page: string, number: number, timestamp: number): eventWithTime {
  return { type: EventType.Custom, data: { tag: PAGE, payload: { page, number } }, timestamp };
}
