/** The way to the recorder: a script of its own, loaded with the first session that is to be recorded. */
import type { Identity } from "./identity";
import type { SentEvent } from "./outbox";
import type { request } from "./request";
import type { Settings } from "./settings";
import type { Store } from "./store";

/** What the recorder works with: it has no way of its own to the server, to storage, or to who this is. */
export interface Host {
  /** Where GoSight answers, `https://host`. */
  server: string;
  key: string;
  settings: Settings;
  store: Store;
  identity: Identity;
  request: typeof request;
  /** Whether anything may be taken from this page now. */
  open(): boolean;
}

/** An event of the page, or what the page did with the SDK: `pause` (or resumed), `out`, `flush`. */
export type Tell = (event: Pick<SentEvent, "type" | "name" | "payload">) => unknown;

/** What the recorder finds when it has come: what it works with, and what has happened by then. */
export type Queue = [Host, ...Parameters<Tell>[0][]];

declare global {
  interface Window {
    /** Until the recorder has taken it, null then. */
    gosightReplay?: Queue | null;
  }
}

/** As long as it has not come (a blocker may see to it that it never does) no more than this is kept for it. */
const MAX_EARLY = 99;

export function loadRecorder(host: Host): Tell {
  const queue: Queue = (window.gosightReplay = [host]);
  const { nonce } = document.querySelector<HTMLElement>("[nonce]") ?? {};
  const script = Object.assign(document.createElement("script"), {
    src: host.server + "/gosight-replay.js",
    nonce,
    // Else the page's own errors, where they pass through what the recorder put around something, are hidden from it.
    crossOrigin: "",
  });
  document.head.append(script);
  return (event) => queue[MAX_EARLY] ?? queue.push(event);
}
