/** What narrows and orders the list of errors, beside the filters that every view shares. All of it stands in the address. */
import type { Query } from "../api/client";
import type { ErrorStatus } from "../api/types";
import { rangeQuery, type View } from "../address/view";
import { statusName } from "../words/errors";

export const STATUSES = ["open", "resolved", "ignored", "all"] as const;
export type Shown = (typeof STATUSES)[number];
export const shownName: Record<Shown, string> = { ...statusName, all: "All" };

export const SORTS = ["last_seen", "first_seen", "count", "sessions"] as const;
export type Sort = (typeof SORTS)[number];

export const PER_PAGE = 50;

/** Without a word in the address, those that somebody should look at. */
export function shownOf(query: URLSearchParams): Shown {
  return STATUSES.find((status) => status === query.get("status")) ?? "open";
}

export function sortOf(query: URLSearchParams): { sort: Sort; order: "asc" | "desc" } {
  const sort = SORTS.find((each) => each === query.get("sort")) ?? "last_seen";
  return { sort, order: query.get("order") === "asc" ? "asc" : "desc" };
}

export function errorsQuery(view: View, query: URLSearchParams): Query {
  const shown = shownOf(query);
  return {
    ...rangeQuery(view),
    ...sortOf(query),
    status: shown === "all" ? null : (shown satisfies ErrorStatus),
    search: query.get("search"),
    release: query.get("release"),
    page: query.get("page"),
    per_page: PER_PAGE,
  };
}
