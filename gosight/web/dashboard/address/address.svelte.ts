/** Where the reader is: the path and the query of the address bar, and how to go elsewhere. */
const ROOT = "/app/";

class Address {
  path = $state(location.pathname);
  search = $state(location.search);
  query = $derived(new URLSearchParams(this.search));

  get href() {
    return this.path + this.search;
  }
}

export const here = new Address();

/** A value is set, null takes the name out of the query. */
export type Changes = Record<string, string | number | boolean | null | undefined>;

/** This page's address with some of its query changed. Changing anything but the page number goes back to page 1. */
export function changed(changes: Changes): string {
  const query = new URLSearchParams(here.search);
  if (!("page" in changes)) query.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "" || value === false) query.delete(name);
    else query.set(name, String(value));
  }
  return here.path + asSearch(query);
}

/** Another page's address that keeps the named parts of this query. */
export function keeping(path: string, names: readonly string[], changes: Changes = {}): string {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = here.query.get(name);
    if (value !== null) query.set(name, value);
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, String(value));
  }
  return path + asSearch(query);
}

function asSearch(query: URLSearchParams): string {
  const text = query.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

export function go(href: string, { replace = false } = {}): void {
  const next = new URL(href, location.href);
  if (next.origin !== location.origin || !next.pathname.startsWith(ROOT)) return location.assign(next);
  const stays = next.pathname === here.path && next.searchParams.get("page") === here.query.get("page");
  const state = { y: stays ? scrollY : 0 };
  if (replace || next.href === location.href) {
    history.replaceState(state, "", next);
  } else {
    history.replaceState({ ...history.state, y: scrollY }, "");
    history.pushState(state, "", next);
  }
  arrive(next);
  if (!stays) scrollTo(0, 0);
}

function arrive(at: URL | Location): void {
  here.path = at.pathname;
  here.search = at.search;
}

/** The link that an event is about, if it is one of ours that this tab should open. */
export function ownLink(event: Event): HTMLAnchorElement | null {
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
  return link.pathname.startsWith(ROOT) ? link : null;
}

export function followLinks(): void {
  addEventListener("popstate", () => arrive(location));
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = ownLink(event);
    if (!link) return;
    event.preventDefault();
    go(link.href);
  });
}
