/** What is going on: a picture from the API, and what the wire tells since then. Many messages a second make four changes a
 * second on the page. */
import { questions } from "../api";
import { poll } from "../api/client";
import type { LiveEvent, LiveNow, LiveVisit } from "../api/types";
import { Wire, type State, type Told } from "./wire";

export type Happening = LiveEvent & { key: number };
type Start = Omit<LiveVisit, "started_at" | "last_event_at" | "path" | "page_count" | "event_count" | "has_replay"> & {
  url: string | null;
  timestamp: string;
};

const ONLINE_MS = 5 * 60_000;
const SHOW_MS = 250;
const LOOK_MS = 60_000; // the picture is taken anew: what was missed, or has become known of a visit, is in it
const SOON_MS = 4_000; // and after a visit nobody told of
const LISTED = 100; // of what happened
const MINUTE_MS = 60_000;

export class Present {
  state = $state<State>("connecting");
  why = $state("");
  error = $state.raw<Error | null>(null);
  loaded = $state(false);
  visits = $state.raw<LiveVisit[]>([]);
  /** events in each of the last 30 minutes, the present one last */
  minutes = $state.raw<number[]>([]);
  events = $state.raw<Happening[]>([]);
  active = $state<number | null>(null);
  pace = $state<number | null>(null);
  paused = $state(false);
  held = $state(0);
  missed = $state(0);

  #url: string;
  #wire: Wire;
  #known = new Map<string, LiveVisit>();
  #waiting: Told[] = [];
  #showing = 0;
  #looking = 0;
  #minute = 0;
  #keys = 0;
  #feed: Happening[] = [];
  #stop = new AbortController();

  constructor(project: string) {
    this.#url = questions.live(project).url;
    this.#wire = new Wire(project, this.#hear, this.#be);
    void this.look();
    const tidy = setInterval(() => this.#show(), 5_000);
    this.#stop.signal.addEventListener("abort", () => clearInterval(tidy));
  }

  close() {
    this.#stop.abort();
    this.#wire.close();
    clearTimeout(this.#showing);
    clearTimeout(this.#looking);
  }

  takeOver = () => this.#wire.takeOver();

  toggle = () => {
    this.paused = !this.paused;
    if (this.paused) return;
    this.held = 0;
    this.events = this.#feed;
  };

  look = async () => {
    clearTimeout(this.#looking);
    try {
      const now = await poll<LiveNow>(this.#url, this.#stop.signal);
      this.#take(now);
      this.error = null;
    } catch (problem) {
      if (this.#stop.signal.aborted) return;
      if (!this.loaded) this.error = problem as Error;
    }
    this.#looking = window.setTimeout(this.look, LOOK_MS);
  };

  #be = (state: State, why: string) => {
    const broke = this.state === "waiting";
    this.state = state;
    this.why = why;
    if (state === "open" && broke) void this.look();
  };

  #hear = (told: Told) => {
    this.#waiting.push(told);
    this.#showing ||= window.setTimeout(() => this.#show(), SHOW_MS);
  };

  #take(now: LiveNow) {
    this.#known = new Map(now.visits.map((visit) => [visit.session_id, visit]));
    this.#minute = Math.floor(Date.now() / MINUTE_MS);
    this.minutes = now.minutes;
    this.active ??= now.active_sessions;
    if (!this.loaded) this.#feed = now.events.map((event) => ({ ...event, key: this.#keys++ }));
    this.loaded = true;
    this.#show();
  }

  #show() {
    clearTimeout(this.#showing);
    this.#showing = 0;
    const told = this.#waiting;
    this.#waiting = [];
    const minutes = this.#turned();
    const fresh: Happening[] = [];
    for (const { type, data } of told) {
      if (type === "session.start") this.#begin(data as Start);
      else if (type === "event") fresh.push(this.#note(data as LiveEvent));
      else if (type === "metrics") this.#measure(data as { active_sessions: number; events_per_minute: number });
      else if (type === "dropped") this.#miss((data as { count: number }).count);
    }
    const count = fresh.length;
    if (minutes.length && count) minutes[minutes.length - 1]! += count;
    this.minutes = minutes;
    if (count) this.#feed = [...fresh.reverse(), ...this.#feed].slice(0, LISTED);
    if (this.paused) this.held += count;
    else this.events = this.#feed;
    this.#list();
  }

  /** Minutes that have ended since move to the left. */
  #turned(): number[] {
    const now = Math.floor(Date.now() / MINUTE_MS);
    const passed = Math.min(now - this.#minute, this.minutes.length);
    this.#minute = now;
    return [...this.minutes.slice(passed), ...Array<number>(Math.max(passed, 0)).fill(0)];
  }

  #list() {
    const since = Date.now() - ONLINE_MS;
    for (const [id, visit] of this.#known) if (Date.parse(visit.last_event_at) < since) this.#known.delete(id);
    // by when they came, so that rows stay where they are while somebody reads them
    this.visits = [...this.#known.values()].sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
  }

  #begin(start: Start) {
    const { url, timestamp, ...who } = start;
    this.#known.set(start.session_id, {
      ...who,
      path: pathOf(url),
      started_at: timestamp,
      last_event_at: timestamp,
      page_count: 0,
      event_count: 0,
      has_replay: false,
    });
  }

  #note(event: LiveEvent): Happening {
    const visit = this.#known.get(event.session_id);
    if (visit) {
      const isView = event.event_type === "page_view";
      this.#known.set(visit.session_id, {
        ...visit,
        path: (isView && event.path) || visit.path,
        last_event_at: event.timestamp > visit.last_event_at ? event.timestamp : visit.last_event_at,
        page_count: visit.page_count + (isView ? 1 : 0),
        event_count: visit.event_count + 1,
      });
    } else if (this.loaded && Date.parse(event.timestamp) > Date.now() - ONLINE_MS) this.#lookSoon();
    return { ...event, key: this.#keys++ };
  }

  #lookSoon() {
    clearTimeout(this.#looking);
    this.#looking = window.setTimeout(this.look, SOON_MS);
  }

  #measure(figures: { active_sessions: number; events_per_minute: number }) {
    this.active = figures.active_sessions;
    this.pace = figures.events_per_minute;
  }

  #miss(count: number) {
    this.missed += count;
    this.#lookSoon();
  }
}

function pathOf(url: string | null): string | null {
  try {
    return url ? new URL(url).pathname : null;
  } catch {
    return null;
  }
}
