/** A page as a visitor saw it, out of a replay: where it is, its events once they are here, or why there is none. */
import type { Recorded } from "../frame/messages";

export type Seen = { events: Recorded[]; at: number; width: number; session: string };

export class SeenPage {
  found = $state.raw<Seen | null>(null);
  why = $state("No recording of this page yet: a plain one of the same height.");

  /** What was found could not be rebuilt. */
  fail(): void {
    this.found = null;
    this.why = "The recorded page could not be shown.";
  }
}
