/** Chunks on their way to the server: one at a time, again with backoff, and what a page can't send, the next one does. */
import { warn } from "../core/guard";
import type { Host } from "../core/recorder";
import { backoff, outlivesPage, type Reply } from "../core/request";
import type { Indices } from "./indices";
import { drop, keep, keptChunks, type Kept } from "./kept";
import { canZip, zip } from "./zip";

/** Whose chunks, and which numbers they get. */
export interface Sending {
  session: string;
  visitor: string | null;
  indices: Indices;
}

export interface Sender {
  send(json: string, from: Sending): void;
  /** The page goes, perhaps for good: sends `json` and all that waits, as far as browsers let it. */
  leave(json: string | null, from: Sending | null): void;
  /** What an earlier page left. */
  resend(): void;
  clear(): void;
}

export interface Answers {
  /** The server takes no replay now; milliseconds until it is asked again. */
  pause(ms: number): void;
  resume(): void;
  /** It will not take this one's replay at all. */
  refuse(): void;
  /** So much waited that the oldest was dropped. */
  lost(): void;
}

interface Chunk extends Omit<Kept, "index"> {
  index: number | null;
  /** None of a chunk that an earlier page left: it has its number. */
  from?: Sending;
}

const UNNUMBERED_MS = 300;
const SURVIVED_MS = 3000;
const DISK_FULL_MS = 300_000;
const BUSY_MS = 10_000;
/** Characters of JSON that wait, at most; a minute on a busy page. */
const MAX_WAITING = 4_000_000;
/** Browsers let 64 KiB at a time outlive a page; the events need some of it. */
const LAST_BYTES = 45_000;
/** Characters that go as they are, at once: a character is up to 3 bytes. */
const PLAIN_CHARS = 12_000;

export function createSender(host: Host, answers: Answers): Sender {
  let waiting: Chunk[] = [];
  let sending = false;
  let paused = false;
  let failures = 0;
  /** On their way under `keepalive`. */
  let lastBytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const { store } = host;

  const address = ({ session, visitor, index }: Chunk): string =>
    `${host.server}/v1/replay?session_id=${encodeURIComponent(session)}&index=${index}` +
    (visitor ? `&visitor_id=${encodeURIComponent(visitor)}` : "") +
    `&sent_at=${Date.now()}` + // asked anew for each try: the server corrects a wrong clock by it
    `&key=${encodeURIComponent(host.key)}`;

  function add(json: string, from: Sending): Chunk {
    const { session, visitor } = from;
    const chunk: Chunk = { session, visitor, from, json, made: Date.now(), index: null };
    waiting.push(chunk);
    while (waiting.reduce((sum, each) => sum + each.json.length, 0) > MAX_WAITING && waiting.length > 1) {
      waiting.shift();
      answers.lost();
    }
    return chunk;
  }

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (paused) answers.resume();
      paused = false;
      void pump();
    }, ms);
  }

  /** The next that may go, with its number. */
  function next(): Chunk | undefined {
    const chunk = waiting[0];
    if (chunk) chunk.index ??= chunk.from?.indices.next() ?? null;
    if (chunk?.index === null) {
      if (chunk.from?.indices.isSpent()) refused();
      else later(UNNUMBERED_MS);
      return undefined;
    }
    return chunk;
  }

  async function pump(): Promise<void> {
    if (sending || paused) return;
    sending = true;
    for (let chunk; !paused && (chunk = next());) {
      const body = canZip() ? await zip(chunk.json, false) : chunk.json;
      if (!settle(chunk, await host.request(address(chunk), body, false))) break;
    }
    sending = false;
  }

  /** Whether the next may go. */
  function settle(chunk: Chunk, { status, wait }: Reply): boolean {
    const isBusy = status === 429 || status === 503 || status === 507;
    if (status >= 200 && status < 300) {
      failures = 0;
      done(chunk);
      return true;
    }
    if (status >= 400 && status < 500 && status !== 408 && !isBusy) {
      done(chunk);
      warn(`the server refused the recording (status ${status})`);
      refused();
      return false;
    }
    const ms = wait ?? (status === 507 ? DISK_FULL_MS : Math.max(backoff(failures++), isBusy ? BUSY_MS : 0));
    paused = isBusy;
    if (isBusy) answers.pause(ms);
    later(ms);
    return false;
  }

  function done(chunk: Chunk): void {
    waiting = waiting.filter((each) => each !== chunk);
    if (chunk.index !== null) drop(store, { session: chunk.session, index: chunk.index });
  }

  function refused(): void {
    clear();
    answers.refuse();
  }

  function clear(): void {
    for (const chunk of waiting) done(chunk);
    clearTimeout(timer);
  }

  /** What does not get through, or not for certain, is kept for the next page. */
  async function sendLast(chunk: Chunk): Promise<void> {
    const index = (chunk.index ??= chunk.from?.indices.next(true) ?? null);
    if (index === null) return;
    const isSmall = chunk.json.length < PLAIN_CHARS;
    if (!isSmall || lastBytes > LAST_BYTES) keep(store, { ...chunk, index });
    if (!isSmall && !canZip()) return;
    const body = isSmall ? chunk.json : await zip(chunk.json, true);
    const bytes = isSmall ? body.length * 2 : body.length;
    if (lastBytes + bytes > LAST_BYTES) return;
    lastBytes += bytes;
    if (outlivesPage()) settle(chunk, await host.request(address(chunk), body, true));
    else if (navigator.sendBeacon?.(address(chunk), body)) done(chunk);
    lastBytes -= bytes;
  }

  return {
    clear,
    send(json, from) {
      add(json, from);
      void pump();
    },
    leave(json, from) {
      if (json && from) add(json, from);
      if (paused) return;
      for (const chunk of [...waiting]) void sendLast(chunk);
      // It may be only another tab that is looked at: then what is left goes as usual.
      if (waiting.length) later(SURVIVED_MS);
    },
    resend() {
      waiting.unshift(...keptChunks(store));
      void pump();
    },
  };
}
