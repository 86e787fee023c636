/** What is on the desk: the query, what it gave, which saved query it is, and how the result is looked at. */
import { changes, questions } from "../api";
import { inquire, read, type Query as Narrowed } from "../api/client";
import type { Figure, Interval, SavedQuery, Shown } from "../api/types";
import { packed, unpacked } from "./share";
import { keep, kept, type Draft } from "./draft";
import type { Column, Value } from "./values";

export type Answer = { columns: Column[]; rows: Value[][]; truncated: boolean; execution_time_ms: number };

const TABLE: Shown = { kind: "table", x: null, y: [] };
const KEEP_MS = 400;
const EVENTS = `SELECT event_type, event_name FROM events_raw WHERE timestamp >= now() - INTERVAL 30 DAY
GROUP BY event_type, event_name ORDER BY count() DESC LIMIT 300`;

export class Desk {
  sql = $state("");
  saved = $state.raw<SavedQuery | null>(null);
  shown = $state.raw<Shown>(TABLE);
  answer = $state.raw<Answer | null>(null);
  error = $state.raw<Error | null>(null);
  /** what the answer is an answer to */
  asked = $state("");
  running = $state(false);
  /** the reader stopped the last run */
  stopped = $state(false);
  seconds = $state(0);
  /** a text that gave way to another and was saved nowhere */
  aside = $state<string | null>(null);
  #put = ""; // what came from elsewhere and was not typed
  #stop = new AbortController();
  #timer = 0;
  #events: Promise<string[]> | null = null;

  constructor(readonly project: string) {}

  get #url(): string {
    return `/projects/${encodeURIComponent(this.project)}/sql`;
  }

  /** Would somebody miss this text? */
  get typed(): boolean {
    return !!this.sql.trim() && this.sql !== this.#put && this.sql !== this.saved?.sql;
  }

  get changed(): boolean {
    return this.saved ? this.sql !== this.saved.sql || !same(this.shown, this.saved.shown as Shown) : !!this.sql.trim();
  }

  /** Another text takes the place of this one, which is not lost. */
  take(sql: string, saved: SavedQuery | null = null): void {
    if (this.typed && this.sql.trim() !== sql.trim()) this.aside = this.sql;
    this.sql = this.#put = sql;
    this.saved = saved;
    this.shown = saved ? (saved.shown as Shown) : TABLE;
    this.answer = this.error = null;
    this.stopped = false;
  }

  bringBack(): void {
    const sql = this.aside;
    this.aside = null;
    if (sql !== null) {
      this.take(sql);
      this.#put = "";
      this.aside = null;
    }
  }

  async open(id: string): Promise<void> {
    const { data } = await read<SavedQuery>(questions.savedQuery(this.project, id).url);
    this.take(data.sql, data);
  }

  /** What the address asks for: a saved query, a text; else what was left here the last time. */
  async begin(query: URLSearchParams): Promise<void> {
    const draft = kept(this.project);
    const letters = query.get("q");
    const text = letters ? await unpacked(letters) : null;
    const id = query.get("saved");
    if (letters && text === null) {
      this.error = new Error(
        "The query in this address is not whole. Ask for the link again, or for the query itself.",
      );
    }
    if (id) {
      try {
        await this.open(id);
      } catch (problem) {
        this.error = problem as Error;
      }
    }
    if (text !== null) this.sql = this.#put = text;
    if (!draft) return;
    if (text === null && !id) {
      this.sql = draft.sql;
      if (!draft.typed) this.#put = draft.sql;
      if (draft.saved) {
        await read<SavedQuery>(questions.savedQuery(this.project, draft.saved).url).then(
          ({ data }) => {
            this.saved = data;
            this.shown = data.shown as Shown;
          },
          () => {}, // it was removed meanwhile: the text stays
        );
      }
    } else if (draft.typed && draft.sql.trim() !== this.sql.trim()) this.aside = draft.sql;
  }

  /** A figure of the overview as a query, looked at as the overview shows it. */
  async openFigure(figure: string, query: Narrowed): Promise<void> {
    const asked = { ...query, metric: figure as Figure, interval: (query.interval ?? null) as Interval | null };
    const { data } = await read<{ sql: string }>(questions.figureSql(this.project, asked).url);
    this.take(data.sql);
    const kind = figure.endsWith("_over_time") ? "line" : data.sql.includes("GROUP BY") ? "bars" : "table";
    this.shown = { ...TABLE, kind };
  }

  /** The address that opens this query elsewhere; null where it would be too long. */
  async shared(): Promise<{ saved: string | null; q: string | null }> {
    if (this.saved && this.sql === this.saved.sql) return { saved: this.saved.id, q: null };
    return { saved: this.saved?.id ?? null, q: await packed(this.sql) };
  }

  /** Soon after the last letter. Only what is saved nowhere is a draft. */
  keepDraft(then: () => void): () => void {
    const draft = this.#draft;
    const timer = setTimeout(() => {
      keep(this.project, draft);
      then();
    }, KEEP_MS);
    return () => clearTimeout(timer);
  }

  get #draft(): Draft | null {
    return this.changed ? { sql: this.sql, saved: this.saved?.id ?? null, typed: this.typed } : null;
  }

  /** At once: the page is being left. */
  leave(): void {
    keep(this.project, this.#draft);
    this.cancel();
  }

  async run(): Promise<void> {
    if (!this.sql.trim()) return;
    this.#stop.abort();
    const stop = (this.#stop = new AbortController());
    const sql = this.sql;
    this.running = true;
    this.stopped = false;
    this.error = null;
    const began = performance.now();
    this.seconds = 0;
    clearInterval(this.#timer);
    this.#timer = window.setInterval(() => (this.seconds = (performance.now() - began) / 1000), 100);
    try {
      const answer = await inquire<Answer>(this.#url, { sql }, stop.signal);
      if (stop !== this.#stop) return;
      this.answer = answer;
      this.asked = sql;
    } catch (problem) {
      if (stop !== this.#stop) return;
      this.answer = null;
      if (stop.signal.aborted) this.stopped = true;
      else this.error = problem as Error;
    } finally {
      if (stop === this.#stop) {
        clearInterval(this.#timer);
        this.running = false;
      }
    }
  }

  /** Event types and names of the last 30 days, the most frequent first. Asked once; nothing where it fails. */
  eventNames(): Promise<string[]> {
    this.#events ??= inquire<Answer>(this.#url, { sql: EVENTS }).then(
      ({ rows }) => [...new Set(rows.flat().filter((name): name is string => typeof name === "string"))],
      () => [],
    );
    return this.#events;
  }

  cancel(): void {
    this.#stop.abort();
  }

  async keep(name: string, description: string, as: "new" | "same"): Promise<void> {
    const body = { name, description, sql: this.sql, shown: this.shown };
    this.saved =
      as === "same" && this.saved
        ? await changes.editQuery(this.project, this.saved.id, body)
        : await changes.addQuery(this.project, body);
    this.#put = this.sql;
    keep(this.project, null);
  }

  async remove(id: string): Promise<void> {
    await changes.removeQuery(this.project, id);
    if (this.saved?.id === id) this.saved = null;
  }
}

const same = (one: Shown, other: Shown) =>
  one.kind === other.kind && one.x === other.x && one.y.join("\n") === other.y.join("\n");
