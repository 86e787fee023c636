/**
 * Requests that the page's scripts make: what was asked, and how it went. Nothing of what was sent or answered is looked
 * at. Our own go through the fetch from before this, and never come here.
 */
import { guard } from "../core/guard";
import { createTimings, type Timings } from "./timings";

export interface Asked {
  method: string;
  url: string;
  /** 0 where no answer came; then `error` says what the page's script was told. */
  status: number;
  duration_ms: number;
  /** Bytes of the answer as they came over the network; null where the browser does not say. */
  size: number | null;
  kind: "fetch" | "xhr";
  error?: string;
}

/** As far as it is known when the answer has come. */
export type Settled = Omit<Asked, "duration_ms"> & { began: number };

/** A page that asks in a loop is known to do so by then. */
const MAX_ASKED = 200;
const EVERY_MS = 10_000;
const MAX_METHOD = 20;

export function watchNetwork(tell: (asked: Asked) => void): void {
  const timings = createTimings(tell);
  const settled = limited(timings);
  if (typeof window.fetch === "function") wrapFetch(settled);
  if (window.XMLHttpRequest) wrapXhr(settled);
}

function limited(timings: Timings): (settled: Settled) => void {
  let count = 0;
  let since = 0;
  return guard((settled: Settled) => {
    const now = performance.now();
    if (now - since > EVERY_MS) [count, since] = [0, now];
    if (++count <= MAX_ASKED) timings.complete(settled);
  });
}

function wrapFetch(settled: (settled: Settled) => void): void {
  const original = window.fetch;
  window.fetch = function (this: unknown, ...args: Parameters<typeof fetch>) {
    const began = performance.now();
    const note = guard((status: number, size: number | null, error?: string) => {
      const [input, init] = args;
      const request = input instanceof Request ? input : null;
      const method = String(init?.method ?? request?.method ?? "GET").toUpperCase();
      const url = resolved(request?.url ?? String(input));
      settled({ method: method.slice(0, MAX_METHOD), url, status, size, kind: "fetch", began, error });
    });
    // The page gets a promise that fails as the original does, so that a failure nobody handles is still reported.
    return original.apply(this as Window, args).then(
      (response) => {
        note(response.status, lengthOf(response.headers.get("Content-Length")));
        return response;
      },
      (error: unknown) => {
        note(0, null, nameOf(error));
        throw error;
      },
    );
  };
}

interface Opened {
  method: string;
  url: string;
}

function wrapXhr(settled: (settled: Settled) => void): void {
  const opened = new WeakMap<XMLHttpRequest, Opened>();
  const { open, send } = XMLHttpRequest.prototype;
  const note = guard((xhr: XMLHttpRequest, method: unknown, url: unknown) => {
    opened.set(xhr, { method: String(method).toUpperCase().slice(0, MAX_METHOD), url: resolved(String(url)) });
  });
  const follow = guard((xhr: XMLHttpRequest) => {
    const asked = opened.get(xhr);
    const began = performance.now();
    let error: string | undefined;
    if (!asked) return;
    for (const type of ["error", "abort", "timeout"]) xhr.addEventListener(type, () => (error = type), { once: true });
    const end = guard(({ loaded }: ProgressEvent) =>
      settled({ ...asked, status: xhr.status, size: error ? null : loaded, kind: "xhr", began, error }),
    );
    xhr.addEventListener("loadend", end, { once: true });
  });
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...args: unknown[]) {
    note(this, args[0], args[1]);
    return (open as (...args: unknown[]) => void).apply(this, args);
  };
  XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, ...args) {
    follow(this);
    return send.apply(this, args);
  };
}

/** As the browser's own list of requests names it. */
function resolved(url: string): string {
  const whole = new URL(url, document.baseURI);
  whole.hash = "";
  return whole.href;
}

function lengthOf(header: string | null): number | null {
  return header === null ? null : Number(header) || 0;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}
