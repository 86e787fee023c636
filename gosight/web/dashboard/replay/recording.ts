/**
 * A session's recording: which chunks there are, what is known of those that were loaded, and from where a moment can be shown.
 * A session may have several pages (loads, tabs), each with chunks of its own; their numbers say nothing of their order in time.
 */
import { readFile } from "../api/client";
import type { ApiError } from "../api/client";
import type { Recorded } from "../frame/messages";
import { digest, recorded, type Digest } from "./digest";
import { idleSpans, type Span } from "./idle";
import type { Replay } from "../api/types";

export type Chunk = {
  index: number;
  start: number;
  end: number;
  url: string;
  /** Whether a page can be shown from here; null: only its events tell. */
  hasSnapshot: boolean | null;
};
export type Loaded = { chunk: Chunk; digest: Digest; events: Recorded[] };

/** Where to begin so that a moment can be shown: a full snapshot, and what follows without a hole. `lost`: one lay before it. */
export type Place = { page: string; at: number; parts: Loaded[]; from: number; lost: boolean };

const KEPT = 12; // chunks whose events stay at hand: what was just played, and what comes next
const AT_ONCE = 4; // chunks asked for together while looking for a snapshot
const MOST_AT_ONCE = 32; // where it is known how far back it lies; at one each 10 s, 5 minutes
const ROOT = "/api/v1";
const BLOCK = 20; // a recorder takes numbers in blocks, so a new block may follow any number
const MOVED_MS = 1000;
const NEXT_MS = 1; // behind the last event of a chunk

export class Recording {
  chunks: Chunk[] = [];
  digests = new Map<number, Digest>();
  /** Chunks that were listed and are not there. */
  lost = new Set<number>();
  #events = new Map<number, Recorded[]>();
  #underway = new Map<number, Promise<Loaded | null>>();
  #changed: () => void;
  #stop = new AbortController();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Takes the list of chunks; it grows while a session goes on. */
  list(replay: Replay): void {
    const known = new Map(this.chunks.map((chunk) => [chunk.index, chunk]));
    this.chunks = replay.chunks
      .map(({ index, timestamp_start, timestamp_end, url, has_snapshot: hasSnapshot }) => {
        const [start, end] = [Date.parse(timestamp_start), Date.parse(timestamp_end)];
        const chunk = { index, start, end: Math.max(start, end), url: url.slice(ROOT.length), hasSnapshot };
        return known.get(index) ?? chunk;
      })
      .sort((a, b) => a.start - b.start || a.index - b.index);
    this.#changed();
  }

  close(): void {
    this.#stop.abort();
  }

  get start(): number {
    return this.chunks[0]?.start ?? 0;
  }

  get end(): number {
    return Math.max(0, ...this.chunks.map(({ end }) => end));
  }

  get idle(): Span[] {
    return idleSpans(this.chunks.map((chunk) => ({ ...chunk, acts: this.digests.get(chunk.index)?.acts ?? null })));
  }

  /** Null where the server has it no more; other failures are the caller's. */
  load(chunk: Chunk): Promise<Loaded | null> {
    const [known, events] = [this.digests.get(chunk.index), this.#events.get(chunk.index)];
    if (known && events) return Promise.resolve({ chunk, digest: known, events });
    let asked = this.#underway.get(chunk.index);
    if (!asked) {
      asked = this.#fetch(chunk).finally(() => this.#underway.delete(chunk.index));
      this.#underway.set(chunk.index, asked);
    }
    return asked;
  }

  async #fetch(chunk: Chunk): Promise<Loaded | null> {
    if (this.lost.has(chunk.index)) return null;
    try {
      return this.#keep(chunk, shifted(recorded(await readFile(chunk.url, this.#stop.signal)), chunk.start));
    } catch (problem) {
      if (![404, 410].includes((problem as ApiError).status) && !(problem instanceof SyntaxError)) throw problem;
      this.lost.add(chunk.index);
      this.#changed();
      return null;
    }
  }

  #keep(chunk: Chunk, events: Recorded[]): Loaded {
    const found = this.digests.get(chunk.index) ?? digest(chunk.index, events);
    this.#events.set(chunk.index, events);
    const oldest = this.#events.keys().next().value;
    if (this.#events.size > KEPT && oldest !== undefined) this.#events.delete(oldest);
    if (!this.digests.has(chunk.index)) {
      this.digests.set(chunk.index, found);
      this.#changed();
    }
    return { chunk, digest: found, events };
  }

  /** Which page was recorded in this moment, or else last before it; of two, where something was done last. Null: not known. */
  pageAt(at: number): string | null {
    const known = this.#around(at).map(({ index }) => this.digests.get(index));
    const found = known.filter((each) => each !== undefined);
    if (found.length < known.length) return null;
    const lastAct = ({ acts }: Digest) => acts.findLast((moment) => moment <= at) ?? -Infinity;
    return found.sort((a, b) => lastAct(a) - lastAct(b)).at(-1)?.page ?? null;
  }

  #around(at: number): Chunk[] {
    const before = this.chunks.filter(({ index, start }) => start <= at && !this.lost.has(index));
    const during = before.filter(({ end }) => end >= at);
    return during.length ? during : before.slice(-1);
  }

  /** The chunk of a page that follows, after looking at those in between; null where there is none, "lost" behind a hole. */
  async following(last: Loaded): Promise<Loaded | "lost" | null> {
    for (const chunk of this.#after(last.chunk)) {
      const known = this.digests.get(chunk.index);
      if (known && known.page !== last.digest.page) continue;
      const loaded = await this.load(chunk);
      if (!loaded) return "lost";
      if (loaded.digest.page === last.digest.page) return follows(last.digest, loaded.digest) ? loaded : "lost";
    }
    return null;
  }

  #after(chunk: Chunk): Chunk[] {
    return this.chunks.slice(this.chunks.indexOf(chunk) + 1);
  }

  /** From where the page of this moment can be shown; else the next moment that can; null behind the last. */
  async place(at: number): Promise<Place | null> {
    await Promise.all(this.#around(at).map((chunk) => this.load(chunk)));
    const page = this.pageAt(at);
    const back = page === null ? null : await this.#back(at, page);
    return back ?? this.next(at, page !== null);
  }

  /** Back to the last snapshot of this page. Null where a hole lies between. */
  async #back(at: number, page: string): Promise<Place | null> {
    const before = this.chunks.filter((chunk) => chunk.start <= at);
    const parts: Loaded[] = [];
    while (before.some(({ hasSnapshot }) => hasSnapshot !== false)) {
      const some = await Promise.all(before.splice(-reach(before)).map((chunk) => this.load(chunk)));
      for (const loaded of some.reverse()) {
        if (loaded && loaded.digest.page !== page) continue;
        if (!loaded || (parts[0] && !follows(loaded.digest, parts[0].digest))) return null;
        parts.unshift(loaded);
        const from = loaded.digest.snapshots.findLast((moment) => moment <= at);
        if (from !== undefined) return { page, at, parts, from, lost: false };
      }
    }
    return null;
  }

  /** The first snapshot after a moment; `lost`: something was recorded until then. */
  async next(at: number, lost: boolean): Promise<Place | null> {
    for (const chunk of this.chunks) {
      if (chunk.end <= at || chunk.hasSnapshot === false) continue;
      if (this.digests.get(chunk.index)?.snapshots.every((moment) => moment <= at)) continue;
      const loaded = await this.load(chunk);
      const from = loaded?.digest.snapshots.find((moment) => moment > at);
      if (loaded && from !== undefined) return { page: loaded.digest.page, at: from, parts: [loaded], from, lost };
    }
    return null;
  }
}

/** How many of the last chunks to ask for together: back to the next snapshot that is known, else some. */
function reach(chunks: Chunk[]): number {
  const last = chunks.findLastIndex(({ hasSnapshot }) => hasSnapshot !== false);
  const back = chunks.length - last;
  return Math.min(MOST_AT_ONCE, chunks[last]?.hasSnapshot ? back : Math.max(AT_ONCE, back));
}

/** The server moves times that lie far from when it got them; what the events say is moved along. */
function shifted(events: Recorded[], start: number): Recorded[] {
  const by = start - (events[0]?.timestamp ?? start);
  return Math.abs(by) < MOVED_MS ? events : events.map((event) => ({ ...event, timestamp: event.timestamp + by }));
}

/** Whether no chunk of the page is missing between two. */
function follows(a: Digest, b: Digest): boolean {
  if (a.number !== null && b.number !== null) return b.number === a.number + 1;
  return b.index === a.index + 1 || (a.page !== "" && b.index % BLOCK === 0);
}

/** From the snapshot on: the viewport is told just before it. */
export function eventsFrom({ parts, from }: Place): Recorded[] {
  const events = parts.flatMap((part) => part.events);
  const snapshot = events.findIndex((event) => event.type === 2 && event.timestamp === from);
  const meta = events.findLastIndex((event, index) => event.type === 4 && index < snapshot);
  return events.slice(meta === -1 ? snapshot : meta);
}

/** Until when a run of chunks is complete. */
export const endOf = (parts: Loaded[]): number => Math.max(...parts.map(({ chunk }) => chunk.end)) + NEXT_MS;
