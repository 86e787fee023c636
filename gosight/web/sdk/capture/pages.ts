/** Page views, how long a page was looked at, and how far it was scrolled. */
import { cut, guard, here, on } from "../core/guard";
import type { SentEvent } from "../core/outbox";
import type { Properties } from "../gosight";
import type { Report } from "./report";

export interface Pages {
  /** A page view of the present address, and the end of the one before. */
  view(): void;
  /** The present page once more, as the first event of a session that began on it. */
  again(now: number): SentEvent;
  /** Tells how long the page was looked at so far. */
  exit(): void;
  /** A page view of another address than the present one, as tracker.js has it. */
  at?(url: string, payload: Properties): void;
}

interface Visit {
  url: string;
  referrer: string;
  /** Milliseconds looked at, up to `since`. */
  looked: number;
  /** When the page was last shown (performance.now), null while it is hidden. */
  since: number | null;
  told: number;
  /** Percent. */
  depth: number;
  toldDepth: number;
  /** Pixels from the top at which the scrolling rested when it was told. */
  toldY: number;
}

type Move = "push" | "replace" | "traverse" | "reload";

const SCROLL_REST_MS = 500;
/** Percent that the page must have been scrolled further to be told again. */
const SCROLL_STEP = 5;
/** Single-page frameworks set the title after the address. */
const TITLE_MS = 200;

export function watchPages(report: Report, auto: boolean): Pages {
  let visit = begin(document.referrer);

  function begin(referrer: string): Visit {
    const shown = !document.hidden;
    const since = shown ? performance.now() : null;
    return {
      url: here(),
      referrer: cut(referrer, 2048),
      looked: 0,
      since,
      told: -1,
      depth: depth(),
      toldDepth: 0,
      toldY: scrollY,
    };
  }

  function looked(): number {
    return Math.round(visit.looked + (visit.since === null ? 0 : performance.now() - visit.since));
  }

  function exit(): void {
    const ms = looked();
    if (ms <= visit.told) return;
    visit.told = ms;
    const { url, depth: scroll_depth } = visit;
    report("page_exit", () => ({ time_on_page_ms: ms, scroll_depth }), { url });
  }

  function show(): void {
    const payload = { title: cut(document.title, 500) };
    setTimeout(
      guard(() => {
        payload.title = cut(document.title, 500);
      }),
      TITLE_MS,
    );
    report("page_view", () => payload, { url: visit.url, referrer: visit.referrer || undefined });
  }

  function view(referrer = visit.url): void {
    exit();
    visit = begin(referrer);
    show();
  }

  function moved(kind: Move): void {
    if (auto && route(location.href, kind) !== route(visit.url, kind)) view();
  }

  let resting: ReturnType<typeof setTimeout>;
  on(document, "scroll", () => {
    visit.depth = Math.max(visit.depth, depth());
    clearTimeout(resting);
    resting = setTimeout(
      guard(() => {
        const { depth: depth_percent, toldDepth, toldY } = visit;
        const y = Math.round(scrollY);
        const step = depth_percent === 100 ? 1 : SCROLL_STEP;
        if (depth_percent - toldDepth < step && Math.abs(y - toldY) < innerHeight / 2) return;
        visit.toldDepth = depth_percent;
        visit.toldY = y;
        report("scroll", () => ({ depth_percent, y, page_height: height(), viewport_height: innerHeight }));
      }),
      SCROLL_REST_MS,
    );
  });
  on(document, "visibilitychange", () => {
    if (!document.hidden) visit.since ??= performance.now();
    else rest();
  });
  on(window, "pagehide", rest);
  on<PageTransitionEvent>(window, "pageshow", (event) => {
    if (event.persisted && auto) view(document.referrer);
  });
  followRoutes(moved);
  if (auto) show();

  function rest(): void {
    visit.looked = looked();
    visit.since = null;
  }

  return {
    view: () => view(),
    exit,
    ...(TRACKER && {
      at(url: string, payload: Properties) {
        exit();
        visit = { ...begin(visit.url), url };
        report("page_view", () => payload, { url, referrer: visit.referrer || undefined });
      },
    }),
    again(now) {
      visit = begin(visit.referrer);
      return { type: "page_view", ts: now, url: visit.url, payload: { title: cut(document.title, 500) } };
    },
  };
}

/** Calls `moved` once the address has changed without a new document. */
function followRoutes(moved: (kind: Move) => void): void {
  const { navigation } = window as Window & { navigation?: EventTarget & { currentEntry?: unknown } };
  if (navigation?.currentEntry) {
    on<Event & { navigationType?: Move }>(navigation, "currententrychange", ({ navigationType }) => {
      if (navigationType) moved(navigationType);
    });
    return;
  }
  for (const [name, kind] of [
    ["pushState", "push"],
    ["replaceState", "replace"],
  ] as const) {
    const original = history[name];
    const tell = guard(() => moved(kind));
    history[name] = function (this: History, ...args) {
      original.apply(this, args);
      tell();
    };
  }
  on(window, "popstate", () => moved("traverse"));
  on(window, "hashchange", () => moved("traverse"));
}

/**
 * What makes an address another page: its path, a route after the `#`, and the query unless it was only rewritten in
 * place (a page that keeps its filters in the address is still the same page).
 */
function route(address: string, kind: Move): string {
  const { origin, pathname, search, hash } = new URL(address);
  return origin + pathname + (kind === "replace" ? "" : search) + (/^#!?\//.test(hash) ? hash : "");
}

const height = (): number => Math.max(document.documentElement.scrollHeight, innerHeight);

/** Percent of the page that was above the lower edge of the window. */
function depth(): number {
  return Math.min(100, Math.round(((scrollY + innerHeight) / height()) * 100));
}
