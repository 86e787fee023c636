/** One request to the server. Never throws; plain enough to need no CORS preflight. */

export interface Reply {
  /** 0 where no answer came. */
  status: number;
  answer: unknown;
  /** Milliseconds the server asked us to wait, if it did. */
  wait?: number;
}

const TIMEOUT_MS = 30_000;
const LONGEST_WAIT_MS = 60_000;
/** Characters. Browsers refuse more than 64 KiB under `keepalive` at a time; a character is up to 3 bytes. */
const KEEPALIVE_LIMIT = 20_000;

/** Taken before anyone, we ourselves included, puts something around it. */
const plainFetch = typeof window === "undefined" ? undefined : window.fetch;

export async function request(
  url: string,
  body?: string | Uint8Array<ArrayBuffer>,
  keepalive = body !== undefined && body.length < KEEPALIVE_LIMIT,
): Promise<Reply> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const response = await plainFetch!.call(window, url, {
      method: body === undefined ? "GET" : "POST",
      body,
      credentials: "omit",
      keepalive,
      signal: stop.signal,
    });
    return { status: response.status, wait: asked(response), answer: await response.json().catch(() => null) };
  } catch {
    return { status: 0, answer: null };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a request outlives its page in this browser; where not, only a beacon does. */
export const outlivesPage = (): boolean => "keepalive" in Request.prototype;

function asked(response: Response): number | undefined {
  const header = response.headers.get("Retry-After");
  if (!header) return undefined;
  const ms = Number(header) * 1000 || Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, 3_600_000) : undefined;
}

/** 1 s, 2 s, 4 s … a minute; up to half more by chance, so that pages don't all come back at once. */
export function backoff(failures: number): number {
  return Math.min(1000 * 2 ** failures, LONGEST_WAIT_MS) * (1 + Math.random() / 2);
}
