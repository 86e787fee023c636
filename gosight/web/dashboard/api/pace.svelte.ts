/** How fast the API may be asked. What it refuses for its rate waits as long as the API says, and then goes by itself. */
export type Kind = "read" | "write" | "renewal";

const MINUTE_MS = 60_000; // the API counts by the minute
const FIRST_WAIT_S = 5; // where a refusal does not say how long
const SPARE = 0.5; // of the limit: what is only likely to be needed leaves that much to what is

class Pace {
  /** When asking goes on, in ms since 1970; null where nothing waits. */
  until = $state<number | null>(null);
  #gates = new Map<Kind, { until: number; open: Promise<void> }>();
  #low = 0;

  /** Resolves when a request of this kind may go; rejects where nobody needs it any more. */
  async turn(kind: Kind, signal?: AbortSignal): Promise<void> {
    for (let gate = this.#gates.get(kind); gate; gate = this.#gates.get(kind)) {
      await Promise.race([gate.open, stopped(signal)]);
    }
  }

  /** The API refused: nothing more of this kind until it will answer. */
  refused(kind: Kind, response: Response): void {
    const seconds = Number(response.headers.get("Retry-After")) || FIRST_WAIT_S;
    const until = Date.now() + seconds * 1000;
    if ((this.#gates.get(kind)?.until ?? 0) >= until) return;
    const open = new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000)).then(() => {
      if (this.#gates.get(kind)?.until === until) this.#gates.delete(kind);
      this.#tell();
    });
    this.#gates.set(kind, { until, open });
    this.#tell();
  }

  /** What an answer says is left. */
  heard(kind: Kind, response: Response): void {
    const [limit, left] = ["Limit", "Remaining"].map((name) => Number(response.headers.get(`X-RateLimit-${name}`)));
    if (kind === "read" && limit) this.#low = left! < limit * SPARE ? Date.now() + MINUTE_MS : 0;
  }

  /** Is there enough left to ask for what may not be needed? */
  get hasSpare(): boolean {
    return !this.#gates.has("read") && Date.now() >= this.#low;
  }

  #tell() {
    this.until = Math.max(0, ...[...this.#gates.values()].map(({ until }) => until)) || null;
  }
}

export const pace = new Pace();

function stopped(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason as Error);
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
