/** The way to the recorder: a script of its own, loaded with the first session that is to be recorded. */
import { on } from "./guard";
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

declare global {
  interface Window {
    /** Put there by /gosight-replay.js. */
    gosightReplay?: (host: Host) => Tell;
  }
}

const MAX_EARLY = 99;

/** What happens before the script is there is told to it then. */
export function loadRecorder(host: Host): Tell {
  const early: Parameters<Tell>[0][] = [];
  let tell: Tell = (event) => early[MAX_EARLY] ?? early.push(event);
  const { nonce } = document.querySelector<HTMLScriptElement>("script[nonce]") ?? {};
  const script = Object.assign(document.createElement("script"), { src: host.server + "/gosight-replay.js", nonce });
  on(script, "load", () => {
    tell = window.gosightReplay!(host);
    early.forEach((event) => tell(event));
  });
  document.head.append(script);
  return (event) => tell(event);
}
