/** What narrows and orders the list of sessions, beside the filters that every view shares. All of it stands in the address. */
import type { Query } from "../api/client";
import { rangeQuery, type View } from "../address/view";
import type { IconName } from "../parts/Icon.svelte";

export const FLAGS: { name: string; text: string; icon: IconName; colour?: string }[] = [
  { name: "has_error", text: "Errors", icon: "error", colour: "error" },
  { name: "has_rage_click", text: "Rage clicks", icon: "rage", colour: "rage" },
  { name: "has_dead_click", text: "Dead clicks", icon: "dead", colour: "dead" },
  { name: "has_error_click", text: "Error clicks", icon: "error_click", colour: "error" },
  { name: "has_thrashed_cursor", text: "Thrashed cursor", icon: "thrashed", colour: "thrashed" },
  { name: "is_frustrated", text: "Frustrated", icon: "person" },
  { name: "has_replay", text: "Replay", icon: "replay" },
];

export const SORTS = ["started_at", "duration", "events"] as const;
export type Sort = (typeof SORTS)[number];

export const PER_PAGE = 50;

export function sortOf(query: URLSearchParams): { sort: Sort; order: "asc" | "desc" } {
  const asked = query.get("sort") as Sort;
  return { sort: SORTS.includes(asked) ? asked : "started_at", order: query.get("order") === "asc" ? "asc" : "desc" };
}

export function sessionsQuery(view: View, query: URLSearchParams): Query {
  const flags = FLAGS.filter(({ name }) => query.get(name) === "true").map(({ name }) => [name, true] as const);
  return {
    ...rangeQuery(view),
    ...Object.fromEntries(flags),
    visitor_id: query.get("visitor_id"),
    min_duration: query.get("min_duration"),
    max_duration: query.get("max_duration"),
    ...sortOf(query),
    page: query.get("page"),
    per_page: PER_PAGE,
  };
}

/** Takes away everything that narrows the list. */
export const WIDE = Object.fromEntries(
  [...FLAGS.map(({ name }) => name), "min_duration", "max_duration", "visitor_id"].map((name) => [name, null]),
);
