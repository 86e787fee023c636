/**
 * Plays a recording in a frame page: knows the moment, loads what comes next, jumps over what is idle or lost, follows a session
 * that goes on. Moments are milliseconds since 1970.
 */
import { untrack } from "svelte";
import type { FrameLink } from "../frame/link";
import type { FromFrame } from "../frame/messages";
import type { ConsoleLine, Request } from "./digest";
import { spanAt, type Span } from "./idle";
import { endOf, eventsFrom, Recording, type Loaded, type Place } from "./recording";
import type { Replay } from "../api/types";

export const SPEEDS = [0.5, 1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

const AHEAD_MS = 30_000; // of playing time, loaded before it is needed
const BEHIND_MS = 60_000; // stays in the frame page, for small steps back
const REACH = 3; // chunks that are loaded one after the other before looking for a nearer snapshot
const RUN_UP_MS = 1000; // shown before and after a stretch that is jumped over
const LIVE_MS = 600_000; // what was done longer ago and came just now was kept back by a browser: it is no visit that goes on
const LIVE_LAG_MS = 20_000; // behind a session that goes on, before it is caught up with

/** What the frame page has: chunks of one page without a hole, from a snapshot on. */
type Run = { page: string; from: number; until: number; last: Loaded; ends: End | null };
/** Nothing follows, as far as so many chunks are known: the page was left, or a chunk is lost. */
type End = { chunks: number; lost: boolean };

export class Player {
  at = $state(0);
  playing = $state(false);
  /** What is needed next is not here yet. */
  waiting = $state(true);
  ended = $state(false);
  speed = $state<Speed>(1);
  skips = $state(true);
  live = $state(false);
  /** Stays at the end of a session that goes on. */
  follows = $state(false);
  viewport = $state.raw<{ width: number; height: number } | null>(null);
  error = $state.raw<Error | null>(null);
  start = $state(0);
  end = $state(0);
  idle = $state.raw<Span[]>([]);
  gaps = $state.raw<Span[]>([]);
  lines = $state.raw<ConsoleLine[]>([]);
  requests = $state.raw<Request[]>([]);
  /** How much of the recording was looked at for lines and requests: chunks, of how many. */
  known = $state.raw({ loaded: 0, all: 0 });
  page = $state("");

  #recording = new Recording(() => this.#learnt());
  #link: FrameLink | null = null;
  #run: Run | null = null;
  /** Of what was asked of us last; what an earlier one still loads is of no interest. */
  #turn = 0;
  /** Of what was said to the frame page last; what it says of an earlier one is old. */
  #said = 0;
  #feeding = false;
  /** So many chunks were known when the end of all was reached. */
  #spent = 0;
  #places: { at: number; href: string; page: string }[] = [];

  attach(link: FrameLink): void {
    this.#link = link;
  }

  close(): void {
    this.#recording.close();
    this.#turn++;
  }

  /** Takes what the API says, again and again while the session goes on. */
  list(replay: Replay): void {
    this.#recording.list(replay);
    this.live = replay.is_live && Date.now() - this.end < LIVE_MS;
    if (!this.live) this.follows = false;
    if (this.ended && this.end > this.at + RUN_UP_MS) this.ended = false;
    if (this.follows && this.playing && this.#run && this.end - this.at > LIVE_LAG_MS) void this.seek(this.end);
    void this.#feed();
  }

  begin(at: number | null, playing: boolean): void {
    this.follows = this.live && at === null;
    this.playing = playing;
    void this.#go(at ?? (this.live ? this.end : this.start));
  }

  toggle = (): void => (this.playing && !this.ended ? this.pause() : this.play());

  play = (): void => {
    this.playing = true;
    if (this.ended) void this.#go(this.start);
    else this.#show();
  };

  pause = (): void => {
    this.playing = false;
    this.#show();
  };

  /** By a person: who goes elsewhere no longer follows what goes on. */
  seek = (at: number): Promise<void> => {
    const wanted = Math.min(Math.max(at, this.start), this.end);
    this.follows = this.live && wanted >= this.end - RUN_UP_MS;
    return this.#go(wanted);
  };

  setSpeed = (speed: Speed): void => {
    this.speed = speed;
    this.#link?.send({ kind: "speed", speed });
    void this.#feed();
  };

  /** Looks at all of the recording, for every line and request. */
  loadAll = async (): Promise<void> => {
    for (const chunk of this.#recording.chunks) {
      if (!this.#recording.digests.has(chunk.index)) await this.#tried(() => this.#recording.load(chunk));
      if (this.error) return;
    }
  };

  retry = (): void => {
    this.error = null;
    this.#run = null;
    void this.#go(this.at);
  };

  heard = (message: FromFrame): void => {
    if (message.kind === "ready") this.#link?.send({ kind: "speed", speed: this.speed });
    if (message.kind === "viewport") this.viewport = { width: message.width, height: message.height };
    if (message.kind === "failed") this.error = new Error("This part of the recording cannot be shown.");
    if (message.kind === "at" && message.turn === this.#said && this.#run) this.#arrived(message.at, message.waiting);
  };

  #show(): void {
    if (this.#run) this.#link?.send({ kind: "show", at: this.at, playing: this.playing, turn: ++this.#said });
  }

  async #go(at: number): Promise<void> {
    const turn = ++this.#turn;
    this.at = at;
    this.ended = false;
    if (this.#run && at >= this.#run.from && (await this.#reaches(this.#run, at))) {
      if (turn === this.#turn) this.#show();
      return;
    }
    if (turn !== this.#turn) return;
    this.waiting = true;
    this.#run = null;
    const place = await this.#tried(() => this.#recording.place(at));
    if (turn !== this.#turn || this.error) return;
    if (place) this.#begin(place);
    else this.#finish();
  }

  /** Whether the frame page has this moment, or has it with the next chunk or two. */
  async #reaches(run: Run, at: number): Promise<boolean> {
    for (let chunks = 0; at >= run.until && chunks < REACH; chunks++) {
      const next = await this.#tried(() => this.#recording.following(run.last));
      if (run !== this.#run || !next || next === "lost") return false;
      this.#add(run, next);
    }
    return at < run.until && (this.#recording.pageAt(at) ?? run.page) === run.page;
  }

  #begin(place: Place): void {
    this.#spent = 0;
    const last = place.parts.at(-1)!;
    const until = Math.max(endOf(place.parts), place.at);
    this.#run = { page: place.page, from: place.from, until, last, ends: null };
    if (place.lost) this.#missed({ from: this.at, to: place.at });
    this.at = place.at;
    this.waiting = false;
    this.page = place.page;
    const { at, playing } = this;
    this.#link?.send({ kind: "begin", events: eventsFrom(place), until, at, playing, turn: ++this.#said });
    void this.#feed();
  }

  /** There is nothing more: of a session that goes on, nothing yet. */
  #finish(): void {
    this.waiting = false;
    if (this.live) return;
    this.ended = true;
    this.playing = false;
    this.at = this.end;
    this.#show();
  }

  /** The frame page is at this moment; where it waits, it has nothing more. */
  #arrived(at: number, waiting: boolean): void {
    this.at = at;
    this.waiting = waiting;
    if (!this.playing) return;
    void this.#feed();
    const page = this.#recording.pageAt(at);
    if (page !== null && page !== this.#run?.page) return void this.#go(at);
    const span = this.skips && !this.follows ? spanAt(this.idle, at) : undefined;
    if (span && at > span.from + RUN_UP_MS && span.to - RUN_UP_MS > at + RUN_UP_MS) void this.#go(span.to - RUN_UP_MS);
  }

  /** Keeps what comes next in the frame page, and takes out what lies behind. One at a time. */
  async #feed(): Promise<void> {
    const run = this.#run;
    if (!run || this.#feeding || this.error || run.until - this.at > AHEAD_MS * this.speed) return;
    if (run.ends?.chunks === this.#recording.chunks.length) return this.#atEnd(run, run.ends);
    this.#feeding = true;
    const next = await this.#tried(() => this.#recording.following(run.last));
    this.#feeding = false;
    if (run !== this.#run || this.error) return;
    if (next && next !== "lost") return this.#add(run, next);
    run.ends = { chunks: this.#recording.chunks.length, lost: next === "lost" };
    this.#atEnd(run, run.ends);
  }

  /** Once all of it was shown: on to the next snapshot of any page. */
  #atEnd(run: Run, { chunks, lost }: End): void {
    if (!this.playing || this.at < run.until || this.#spent === chunks) return;
    this.#spent = chunks;
    void this.#beyond(run.until, lost);
  }

  #add(run: Run, next: Loaded): void {
    run.last = next;
    run.until = Math.max(run.until, endOf([next]));
    this.#link?.send({ kind: "add", events: next.events, until: run.until });
    this.#forget(run);
    void this.#feed();
  }

  #forget(run: Run): void {
    const behind = this.at - BEHIND_MS;
    const snapshots = [...this.#recording.digests.values()].filter(({ page }) => page === run.page);
    const from = Math.max(run.from, ...snapshots.flatMap((each) => each.snapshots).filter((at) => at <= behind));
    if (from <= run.from) return;
    run.from = from;
    this.#link?.send({ kind: "drop", before: from });
  }

  async #beyond(until: number, lost: boolean): Promise<void> {
    const turn = ++this.#turn;
    const place = await this.#tried(() => this.#recording.next(until, lost));
    if (turn !== this.#turn || this.error) return;
    if (place) this.#begin(place);
    else this.#finish();
  }

  #missed(gap: Span): void {
    const known = this.gaps.find(({ to }) => to === gap.to);
    const from = Math.min(gap.from, known?.from ?? gap.from);
    this.gaps = [...this.gaps.filter((each) => each !== known), { from, to: gap.to }];
  }

  /** A chunk was loaded, or the list grew. */
  #learnt(): void {
    const recording = this.#recording;
    const digests = [...recording.digests.values()];
    this.start = recording.start;
    this.end = recording.end;
    this.idle = recording.idle;
    this.lines = digests.flatMap(({ lines }) => lines).sort((a, b) => a.at - b.at);
    this.requests = digests.flatMap(({ requests }) => requests).sort((a, b) => a.at - b.at);
    this.known = { loaded: digests.length + recording.lost.size, all: recording.chunks.length };
    this.#places = digests.flatMap(({ places, page }) => places.map((place) => ({ ...place, page })));
    this.#places.sort((a, b) => a.at - b.at);
  }

  /** The address of the page at hand. */
  get href(): string {
    void this.known;
    return this.#places.findLast((place) => place.at <= this.at && place.page === this.page)?.href ?? "";
  }

  async #tried<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (problem) {
      if ((problem as Error).name !== "AbortError") untrack(() => (this.error = problem as Error));
      return null;
    }
  }
}
