/** A page as a visitor saw it, out of a replay: its events once they are here, or why there is none. */
import { questions } from "../api";
import { read, readFile, type Query } from "../api/client";
import type { Recorded } from "../frame/messages";

export type Seen = { events: Recorded[]; at: number; width: number; session: string; timestamp: string };
type Found = { session_id: string; index: number; position: number; timestamp: string; width: number } | null;

const NEAR = 0.15; // by so much a window may be wider or narrower than the typical one, for the page to look about the same

export class SeenPage {
  found = $state.raw<Seen | null>(null);
  why = $state("");
  busy = $state(false);

  /** Looks anew when what `query` reads changes; null: not yet. */
  constructor(project: string, may: boolean, query: () => (Query & { width: number | null }) | null) {
    const asked = $derived(JSON.stringify(query()));
    $effect(() => {
      const wanted = JSON.parse(asked) as (Query & { width: number | null }) | null;
      if (!may) this.why = "Your role sees figures and no recordings: a plain page of the same height.";
      if (!may || !wanted) return;
      const stop = new AbortController();
      void this.#look(project, wanted, stop.signal);
      return () => stop.abort();
    });
  }

  /** What was found could not be rebuilt. */
  fail = () => {
    this.found = null;
    this.why = "The recorded page could not be rebuilt: a plain one of the same height.";
  };

  async #look(project: string, { width, ...query }: Query & { width: number | null }, signal: AbortSignal) {
    this.busy = true;
    try {
      const near = width && { min_width: Math.round(width * (1 - NEAR)), max_width: Math.round(width * (1 + NEAR)) };
      const ask = async (more: Query) =>
        (await read<Found>(questions.seenPage(project, { ...query, ...more }).url, signal)).data;
      const page = (near && (await ask(near))) || (await ask({}));
      const seen = page && (await fetched(project, page, signal));
      if (signal.aborted) return;
      this.found = seen;
      this.why = seen ? "" : "Nobody was recorded on this page in this range: a plain one of the same height.";
    } catch {
      if (signal.aborted) return;
      this.found = null;
      this.why = "The recording could not be fetched: a plain page of the same height.";
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }
}

async function fetched(project: string, page: NonNullable<Found>, signal: AbortSignal): Promise<Seen | null> {
  const part = encodeURIComponent;
  const url = `/projects/${part(project)}/sessions/${part(page.session_id)}/replay/chunks/${page.index}`;
  const events = (await readFile(url, signal)) as Recorded[];
  const at = events[page.position]?.timestamp;
  if (at === undefined) return null;
  return { events, at, width: page.width, session: page.session_id, timestamp: page.timestamp };
}
