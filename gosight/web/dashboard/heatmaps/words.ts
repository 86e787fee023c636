/** Elements as a person knows them. */
import type { PageHeatmap } from "../api/types";

/** Its text, else its selector. */
export function nameOf({ text, selector }: Pick<PageHeatmap["elements"][number], "text" | "selector">): string {
  return text?.trim() ? `“${text.trim()}”` : selector;
}
