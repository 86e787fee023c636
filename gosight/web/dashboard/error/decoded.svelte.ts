/** The stack in the sources' own lines, as soon as the maps are here. */
import { questions } from "../api";
import { readFile } from "../api/client";
import type { StackFrame } from "../api/types";
import type { Place } from "./places";

export class Decoded {
  places = $state.raw<(Place | null)[]>([]);
  error = $state.raw<Error | null>(null);
  busy = $state(false);
  #project: string;
  #frames: StackFrame[];

  constructor(project: string, frames: StackFrame[]) {
    this.#project = project;
    this.#frames = frames;
    if (frames.some(({ sourcemap }) => sourcemap)) void this.load();
  }

  load = async () => {
    this.busy = true;
    this.error = null;
    try {
      const ids = [...new Set(this.#frames.flatMap(({ sourcemap }) => sourcemap ?? []))];
      const [{ placesOf }, ...maps] = await Promise.all([
        import("./places"),
        ...ids.map((id) => readFile(questions.sourcemap(this.#project, id).url)),
      ]);
      this.places = placesOf(this.#frames, new Map(ids.map((id, index) => [id, maps[index] as never])));
    } catch (problem) {
      this.error = problem as Error;
    } finally {
      this.busy = false;
    }
  };
}
