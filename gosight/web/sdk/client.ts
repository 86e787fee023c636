/** The SDK's one composition: settings, identity and outbox behind the calls that a page makes. */
import type { GoSight, InitOptions, Properties } from "./gosight";
import { watchClicks } from "./capture/clicks";
import { setDeadWindow } from "./capture/dead";
import { watchErrors } from "./capture/errors";
import { watchMouse } from "./capture/mouse";
import { watchPages, type Pages } from "./capture/pages";
import { setBlocked } from "./capture/privacy";
import type { Report } from "./capture/report";
import { watchVitals } from "./capture/vitals";
import { cut, guard, here, on, warn } from "./core/guard";
import { createIdentity, type Identity } from "./core/identity";
import { createOutbox, type Outbox, type Sender, type SentEvent } from "./core/outbox";
import { loadRecorder, type Host, type Tell } from "./core/recorder";
import { request } from "./core/request";
import { loadSettings, plainSettings, refused, type Settings } from "./core/settings";
import { openStore, type Store } from "./core/store";

const SDK = "gosight-js/0.1.0";
/** What happens before the settings have come waits; more than this on a page that never gets them is dropped. */
const MAX_EARLY = 200;
const MAX_EVENT_CHARS = 20_000;
const OUT = "out";

/** Which switch of the project lets a type through; what is not among them is always sent. */
const SWITCH = /session|page|scroll|click|mouse|error/;
/** What happens without the visitor doing anything: it neither keeps a session alive nor opens one after a pause. */
const PASSIVE = ["page_exit", "dead_click", "js_error", "web_vital", "session_end"];

/** The same for tracker.js, which sends nothing by itself but page views: explicit events may have any type. */
const PAGE_TYPES = ["page_view", "page_exit"];

/** What tracker.js has of its own. `record` and `page` are put there for it. */
export interface Own {
  /** The project. */
  customer: string;
  key?: string;
  /** When it flushes. */
  events?: number;
  ms?: number;
  record?: Report;
  page?(url: string, payload: Properties): void;
}

/** For the client that is made next: gosight.js has none, and no byte of it. */
let next: Own | undefined;

export function createTracker(ownEndpoint: string | null, own: Own): GoSight {
  next = own;
  return createClient(ownEndpoint);
}

export function createClient(ownEndpoint: string | null): GoSight {
  const own = TRACKER ? next : undefined;
  let options: InitOptions | undefined;
  let disk: Store;
  let settings: Settings | null = null;
  let identity: Identity | undefined;
  let outbox: Outbox | undefined;
  let pages: Pages | undefined;
  const host = { request, open: () => state === "on" && !paused } as Host;
  let tell: Tell | undefined;
  let early: (() => void)[] = [];
  let state: "early" | "on" | "off" = "early";
  let paused = false;
  let context: Properties = {};

  const sender = (): Sender => ({
    ...(TRACKER && { customer_id: own!.customer }),
    visitor_id: identity!.visitor ?? undefined,
    session_id: identity!.session?.id,
    user_id: identity!.user ?? undefined,
    context: {
      screen: `${screen.width}x${screen.height}`,
      viewport: `${innerWidth}x${innerHeight}`,
      language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      sdk: SDK,
    },
  });

  /** Runs now, or when the settings have come, or never. */
  function whenOn(work: () => void): void {
    if (state === "on") work();
    else if (state === "early" && early.length < MAX_EARLY) early.push(work);
  }

  function put(event: SentEvent): void {
    const name = TRACKER
      ? PAGE_TYPES.includes(event.type) && "page"
      : event.type === "web_vital"
        ? "page"
        : SWITCH.exec(event.type)?.[0];
    if (!TRACKER && identity!.session?.replay && settings!.replayRate) tell ??= loadRecorder(host);
    tell?.(event);
    if (settings!.events[name as keyof Settings["events"]] === false || !identity!.sampled()) return;
    outbox!.add(event, event.type === "js_error");
  }

  /** Ends the session, if there is one that ended, and opens the next. */
  function open(now: number, ended?: number, between?: () => void): void {
    if (!TRACKER && ended) put({ type: "session_end", ts: ended });
    outbox!.seal();
    between?.();
    identity!.renew(now);
    if (!TRACKER && identity!.session) put({ type: "session_start", ts: now, url: here() });
  }

  /** The visitor stands on this page, so it is the first of the new session. */
  function restart(between?: () => void): void {
    const now = Date.now();
    open(now, now, between);
    put(pages!.again(now));
  }

  /** Sees to it that an event at `now` stands in the right session. */
  function keepUp(type: string, now: number): void {
    if (PASSIVE.includes(type) && (identity!.session || !identity!.visitor)) return;
    const step = identity!.look(now);
    if (step === "elsewhere") {
      outbox!.seal();
      identity!.join();
    } else if (step !== "same") {
      open(now, identity!.session?.at);
      if (step === "expired" && type !== "page_view") put(pages!.again(now));
    }
    identity!.touch(now);
  }

  const record: Report = (type, payload, more) => {
    if (paused) return;
    const event: SentEvent = { type, ts: Date.now(), url: here(), ...more };
    const extra = context;
    whenOn(() => {
      const data = payload?.() ?? {};
      if (Object.keys(extra).length) data.context ??= extra;
      event.payload = data;
      if (JSON.stringify(event).length > MAX_EVENT_CHARS) return warn(type + " is too large");
      keepUp(type, event.ts);
      put(event);
    });
  };

  const recordPage: Report = (type, ...more) => {
    if (type !== "scroll") record(type, ...more);
  };

  if (TRACKER) {
    own!.record = record;
    own!.page = (url, payload) => pages?.at!(url, payload);
  }

  async function start({ key, endpoint }: InitOptions): Promise<void> {
    const server = (endpoint ?? ownEndpoint ?? "").replace(/\/+$/, "");
    settings = TRACKER && !own!.key ? plainSettings() : await loadSettings(server, key);
    if (state !== "early") return;
    if (!settings) return stop();
    const store = settings.privacy.storage === "none" ? openStore(key, false) : disk;
    if (refused(settings)) return stop(true);
    if (store !== disk) forgetStored();
    if (!TRACKER) {
      setDeadWindow(settings.deadWindowMs);
      setBlocked(settings.privacy.blockSelectors ?? []);
    }
    identity = createIdentity(store, settings);
    Object.assign(host, { server, key, settings, store, identity });
    outbox = TRACKER
      ? createOutbox(server + "/track/batch" + (own!.key ? "?key=" + encodeURIComponent(key) : ""), store, sender, own)
      : createOutbox(`${server}/v1/events?key=${encodeURIComponent(key)}`, store, sender);
    state = "on";
    for (const work of early.splice(0)) guard(work)();
  }

  function stop(forget?: boolean): void {
    state = "off";
    tell?.({ type: "out" });
    early = [];
    if (!forget) return;
    forgetStored();
    identity = undefined;
  }

  function forgetStored(): void {
    for (const name of disk.names()) if (name !== OUT) disk.remove(name);
  }

  function watch({ autoPage, release }: InitOptions): void {
    pages = watchPages(TRACKER ? recordPage : record, autoPage !== false);
    if (!TRACKER) watchClicks(record);
    const drainMouse = TRACKER ? null : watchMouse(record);
    if (!TRACKER) watchErrors(record, release);
    const reportVitals = TRACKER ? null : watchVitals(record);
    const leave = (): void => {
      if (!TRACKER) {
        drainMouse!();
        reportVitals!();
      }
      pages!.exit();
      if (state === "on") outbox!.leave();
    };
    on(document, "visibilitychange", () => document.hidden && leave());
    on(window, "pagehide", leave);
    on(window, "online", () => void outbox?.flush());
  }

  function halt(still: boolean): void {
    paused = still;
    tell?.({ type: "pause" });
  }

  function begin(given: InitOptions): void {
    if (options || typeof window === "undefined") return;
    if (!given?.key) return warn("init needs {key: 'gs_live_…'}");
    if (!given.endpoint && !ownEndpoint) return warn("init needs {endpoint: 'https://…'}");
    options = given;
    disk = openStore(given.key, true);
    if (disk.get(OUT)) state = "off";
    else void start(given);
    watch(given);
  }

  return {
    init: guard((given: InitOptions) => {
      const prerendered = document as Document & { prerendering?: boolean };
      if (prerendered.prerendering) on(document, "prerenderingchange", () => begin(given));
      else begin(given);
    }),
    identify: guard((user: string | number, traits?: Properties) => {
      const id = typeof user === "object" ? "" : cut(user, 256);
      if (!id) return warn("identify needs a text or a number");
      const copy = plain(traits);
      whenOn(() => {
        outbox!.seal();
        identity!.name(id);
      });
      record("identify", () => ({ user_id: id, traits: copy }));
    }),
    track: guard((name: string, properties?: Properties) => {
      const copy = plain(properties);
      record("custom", () => copy, { name: cut(name, 100) });
    }),
    page: guard(() => pages?.view()),
    setContext: guard((attributes: Properties) => {
      context = Object.fromEntries(Object.entries({ ...context, ...plain(attributes) }).filter(([, v]) => v !== null));
    }),
    getSessionId: () => identity?.session?.id ?? null,
    getVisitorId: () => identity?.visitor ?? null,
    startNewSession: guard(() =>
      whenOn(() => {
        if (identity!.session) restart();
      }),
    ),
    pause: () => halt(true),
    resume: () => halt(false),
    optOut: guard(() => {
      if (!options) return;
      outbox?.clear();
      stop(true);
      disk.set(OUT, "1");
    }),
    optIn: guard(() => {
      if (!options || state !== "off") return;
      disk.remove(OUT);
      state = "early";
      void start(options);
      if (options.autoPage !== false) pages!.view();
    }),
    reset: guard(() =>
      whenOn(() => {
        const forget = (): void => identity!.forget();
        if (identity!.session) restart(forget);
        else forget();
      }),
    ),
    flush: async () => {
      tell?.({ type: "flush" });
      await outbox?.flush();
    },
  };
}

/** A copy, so that what the page changes later does not change what was tracked. */
function plain(properties: Properties | undefined): Properties {
  return JSON.parse(JSON.stringify(properties ?? {})) as Properties;
}
