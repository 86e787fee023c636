/** One door to the API: the access token (in memory only), its renewal, errors as the API words them, and a short memory. */
import { pace, type Kind } from "./pace.svelte";
import type { Login, Meta } from "./types";

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Reply<T> = { data: T; meta: Meta };

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details: unknown = null,
  ) {
    super(message);
  }
}

const ROOT = "/api/v1";
const JSON_TYPE = "application/json";
const FRESH_MS = 10_000; // what was fetched on hover or a moment ago is not asked for again
const KEPT_REPLIES = 60; // going back shows the page at once; 60 replies are under 2 MB

let token: string | null = null;
let renewal: Promise<Login | null> | null = null;
let onSignedOut: () => void = () => {};
const replies = new Map<string, { at: number; reply: Reply<unknown> }>();
const underway = new Map<string, Promise<Reply<unknown>>>();

export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

export function keepToken(login: Login | null): void {
  token = login?.access_token ?? null;
  forget();
}

/** For the WebSocket, which carries it in its first message. Null: nobody is signed in, or nobody needs to be. */
export const accessToken = (): string | null => token;

/** Drops every remembered reply: after a change, what was read before may be wrong. */
export function forget(): void {
  replies.clear();
  underway.clear();
}

/** What is remembered of an address, however old: shown until the fresh reply is here. */
export function remembered<T>(url: string): Reply<T> | null {
  return (replies.get(url)?.reply as Reply<T> | undefined) ?? null;
}

export async function read<T>(url: string, signal?: AbortSignal): Promise<Reply<T>> {
  const known = replies.get(url);
  if (known && Date.now() - known.at < FRESH_MS) return known.reply as Reply<T>;
  const asked = underway.get(url);
  if (asked) return (await asked) as Reply<T>;
  return remember(url, await send<T>("GET", url, undefined, signal));
}

/** Reads an address that is likely to be needed next. Failing is no news: the page itself will ask again. */
export function readAhead(url: string): void {
  const known = replies.get(url);
  if (!pace.hasSpare || underway.has(url) || (known && Date.now() - known.at < FRESH_MS)) return;
  const asked = send<unknown>("GET", url)
    .then((reply) => remember(url, reply))
    .finally(() => underway.delete(url));
  underway.set(url, asked);
  asked.catch(() => {});
}

/** Like read, but always asks the server, once somebody looks at the page. */
export async function poll<T>(url: string, signal?: AbortSignal): Promise<T> {
  await looking();
  return (await send<T>("GET", url, undefined, signal)).data;
}

/** Reads what the API gives without an envelope, such as a chunk of a replay. A refusal has one all the same. */
export async function readFile(url: string, signal?: AbortSignal): Promise<unknown> {
  const response = await answered("GET", url, undefined, signal);
  if (!response.ok) await unwrap(response);
  return response.json();
}

/**
 * A question that is too long for an address. It changes nothing, so what is remembered stays. Refused for its rate, the
 * person is told, who waits for it and may do something else: changes do not queue behind it.
 */
export async function inquire<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await unwrap<T>(await authorized("POST", ROOT + url, body, signal, JSON_TYPE))).data;
}

/** The same outside /api/v1, where an answer is a whole of its own and no envelope around data. */
export async function inquireAt<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await authorized("POST", path, body, signal, JSON_TYPE);
  const whole = (await response
    .clone()
    .json()
    .catch(() => null)) as (T & { success?: boolean }) | null;
  if (!response.ok || !whole?.success) await unwrap(response);
  return whole as T;
}

/** A file that a question is answered with. */
export async function fetchFile(url: string, body: unknown, type: string): Promise<Blob> {
  const response = await authorized("POST", ROOT + url, body, undefined, type);
  if (!response.ok) await unwrap(response);
  return response.blob();
}

export async function change<T>(method: "POST" | "PATCH" | "DELETE", url: string, body?: unknown): Promise<T> {
  const reply = await send<T>(method, url, body);
  forget();
  return reply.data;
}

/** Asks for a new access token with the refresh cookie. One at a time, over all open tabs: a refresh token serves once. */
export function renew(): Promise<Login | null> {
  renewal ??= alone(async () => {
    const response = await paced("renewal", () => ask("POST", `${ROOT}/auth/refresh`, {}));
    if (response.status === 401 || response.status === 400) return null;
    const login = (await unwrap<Login>(response)).data;
    token = login.access_token;
    return login;
  }).finally(() => (renewal = null));
  return renewal;
}

/** Web Locks exist only on https and localhost; elsewhere the tab is on its own. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  if (!("locks" in navigator)) return work();
  return navigator.locks.request("gosight-refresh", work) as Promise<T>;
}

function remember<T>(url: string, reply: Reply<T>): Reply<T> {
  replies.delete(url);
  replies.set(url, { at: Date.now(), reply });
  const oldest = replies.keys().next().value;
  if (replies.size > KEPT_REPLIES && oldest !== undefined) replies.delete(oldest);
  return reply;
}

async function send<T>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Reply<T>> {
  return unwrap<T>(await answered(method, url, body, signal));
}

/** Tries to be let in are the person's own: they are told to wait, and may change what they typed. */
const TRIES = /^\/(auth\/login|setup|me|invitations\/[^/]+\/accept)$/;

function answered(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const go = () => authorized(method, ROOT + url, body, signal, JSON_TYPE);
  if (method === "GET") return paced("read", go, signal);
  return TRIES.test(url) ? go() : paced("write", go, signal);
}

/** Refused for its rate, it goes again when the API will answer: nothing was done of what was refused. */
async function paced(kind: Kind, go: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
  for (;;) {
    await pace.turn(kind, signal);
    const response = await go();
    pace.heard(kind, response);
    if (response.status !== 429) return response;
    pace.refused(kind, response);
  }
}

async function looking(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

/** With one more try under a new token, where the first was too old. */
async function authorized(
  method: string,
  url: string,
  body: unknown,
  signal: AbortSignal | undefined,
  accept: string,
): Promise<Response> {
  const used = token;
  let response = await ask(method, url, body, signal, accept);
  if (response.status === 401 && used) {
    if ((token !== used && token !== null) || (await renew())) response = await ask(method, url, body, signal, accept);
    if (response.status === 401) {
      token = null;
      onSignedOut();
    }
  }
  return response;
}

async function ask(
  method: string,
  url: string,
  body?: unknown,
  signal?: AbortSignal,
  accept = JSON_TYPE,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept, "X-GoSight-Client": "dashboard" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      credentials: "same-origin",
    });
  } catch (problem) {
    if (signal?.aborted) throw problem;
    throw new ApiError("UNREACHABLE", "The server does not answer. Check that gosight serve is running.", 0);
  }
}

type Envelope<T> = {
  success: boolean;
  data: T;
  meta?: Partial<Meta>;
  error?: { code: string; message: string; details?: unknown };
};

async function unwrap<T>(response: Response): Promise<Reply<T>> {
  let envelope: Envelope<T>;
  try {
    envelope = (await response.json()) as Envelope<T>;
  } catch {
    const what = `The server answered ${response.status} without JSON. Is something else in front of it?`;
    throw new ApiError("NOT_JSON", what, response.status);
  }
  if (!response.ok || !envelope.success) throw refusal(envelope, response);
  return { data: envelope.data, meta: complete(envelope.meta) };
}

function refusal(envelope: Envelope<unknown>, response: Response): ApiError {
  const { code = "INTERNAL_ERROR", message = `The server answered ${response.status}.` } = envelope.error ?? {};
  return new ApiError(code, message, response.status, envelope.error?.details);
}

function complete(meta: Partial<Meta> = {}): Meta {
  const { page = 1, per_page = 0, total = 0 } = meta;
  return { page, per_page, total, total_pages: meta.total_pages ?? (per_page ? Math.ceil(total / per_page) : 0) };
}
