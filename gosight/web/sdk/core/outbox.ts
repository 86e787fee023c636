/** Events on their way to the server: gathered, sent in batches, kept and sent again under the same batch id. */
import { warn } from "./guard";
import { uuid7 } from "./ids";
import { backoff, outlivesPage, request, type Reply } from "./request";
import { parse, type Store } from "./store";

export interface SentEvent {
  type: string;
  ts: number;
  url?: string;
  referrer?: string;
  name?: string;
  payload?: Record<string, unknown>;
}

/** What a batch says of its sender. */
export interface Sender {
  customer_id?: string;
  visitor_id?: string;
  session_id?: string;
  user_id?: string;
  context: Record<string, string>;
}

interface Batch extends Sender {
  batch_id: string;
  /** Epoch milliseconds. */
  made: number;
  events: SentEvent[];
}

export interface Outbox {
  add(event: SentEvent, atOnce?: boolean): void;
  /** Closes the batch: what comes now has another sender. */
  seal(): void;
  flush(): Promise<void>;
  /** The page goes away, perhaps for good. */
  leave(): void;
  /** Drops all that waits. */
  clear(): void;
}

const FLUSH_EVENTS = 10;
const FLUSH_MS = 5000;
/** While the server is away batches grow up to this and no more than so many are kept: about 300,000 characters. */
const BATCH_EVENTS = 100;
const BATCH_CHARS = 15_000;
const MAX_BATCHES = 20;
/** The server knows a batch again for 7 days; one that is older might be counted twice. */
const MAX_AGE_MS = 6 * 86_400_000;
const KEPT = "batch.";

/** How many events flush at once, and after how many milliseconds fewer do. */
interface Pace {
  events?: number;
  ms?: number;
}

export function createOutbox(address: string, store: Store, sender: () => Sender, pace?: Pace): Outbox {
  const flushEvents = TRACKER ? pace?.events || FLUSH_EVENTS : FLUSH_EVENTS;
  const flushMs = TRACKER ? pace?.ms || FLUSH_MS : FLUSH_MS;
  let events: SentEvent[] = [];
  let chars = 0;
  let batches = kept(store);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let closedUntil = 0;
  /** Whether it was the server that asked us to wait. */
  let refused = false;
  const flying = new Set<Batch>();
  const closed = (): boolean => Date.now() < closedUntil;

  function seal(): void {
    if (!events.length) return;
    const now = Date.now();
    batches.push({ batch_id: uuid7(now), made: now, ...sender(), events });
    events = [];
    chars = 0;
    while (batches.length > MAX_BATCHES) remove(batches[0]!);
  }

  function remove(batch: Batch): void {
    batches = batches.filter((other) => other !== batch);
    store.remove(KEPT + batch.batch_id);
  }

  /** Only where it outlives the page; in memory the list itself is the copy. */
  function keepAll(): void {
    if (store.lasting) for (const batch of batches) store.set(KEPT + batch.batch_id, JSON.stringify(batch));
  }

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      closedUntil = 0;
      void flush();
    }, ms);
  }

  async function send(batch: Batch): Promise<void> {
    flying.add(batch);
    const reply = await request(address, write(batch));
    flying.delete(batch);
    settle(batch, reply);
  }

  /** A batch that the server took, or will never take, is done; all else waits for another try. */
  function settle(batch: Batch, { status, answer, wait }: Reply): void {
    if (status >= 200 && status < 500 && status !== 408 && status !== 429) {
      if (batches.includes(batch)) complain(status, answer);
      failures = 0;
      remove(batch);
      return;
    }
    const pause = wait ?? backoff(failures++);
    closedUntil = Date.now() + pause;
    refused = status > 0;
    keepAll();
    later(pause);
  }

  async function pump(): Promise<void> {
    do {
      again = false;
      seal();
      for (let batch; !closed() && (batch = batches.find((each) => !flying.has(each)));) await send(batch);
    } while (again && !closed());
  }

  /** One request at a time, so that a storm of errors becomes few batches and not many requests. */
  function flush(): Promise<void> {
    again = true;
    if (closed()) return sending ?? Promise.resolve();
    clearTimeout(timer);
    timer = undefined;
    sending ??= pump().finally(() => {
      sending = null;
    });
    return sending;
  }

  if (batches.length) later(0);
  return {
    seal,
    flush,
    add(event, atOnce) {
      events.push(event);
      chars += JSON.stringify(event).length;
      if (events.length >= BATCH_EVENTS || chars > BATCH_CHARS) seal();
      if (atOnce || events.length >= flushEvents) void flush();
      else if (timer === undefined) later(flushMs);
    },
    leave() {
      seal();
      keepAll();
      // A request under way fails as the page goes, just before we hear of it: that is no reason to hold the rest back.
      if (closed() && refused && store.lasting) return;
      for (const batch of batches.filter((each) => !flying.has(each))) {
        if (outlivesPage()) void send(batch);
        else navigator.sendBeacon?.(address, write(batch));
      }
    },
    clear() {
      events = [];
      chars = 0;
      for (const batch of batches) remove(batch);
    },
  };
}

/** `sent_at` is of this try, since the server corrects the browser's clock by it. */
function write({ made: _, ...batch }: Batch): string {
  const written = TRACKER ? { ...batch, events: batch.events.map(tracked) } : batch;
  return JSON.stringify({ ...written, sent_at: new Date().toISOString() }, (_name, value: unknown) =>
    typeof value === "string" ? wellFormed(value) : value,
  );
}

/** An event as contract 2 writes it. */
function tracked({ type, name, ts, url, referrer, payload }: SentEvent): object {
  return { event_type: type, event_name: name, timestamp: ts, page_url: url, referrer, properties: payload };
}

/** Without halves of characters, which the server refuses. */
function wellFormed(text: string): string {
  return (text as { toWellFormed?: () => string }).toWellFormed?.() ?? text;
}

function kept(store: Store): Batch[] {
  const found: Batch[] = [];
  // A batch's id begins with its time.
  for (const name of store.names().sort()) {
    if (!name.startsWith(KEPT)) continue;
    const batch = parse<Batch>(store.get(name));
    if (batch?.events?.length && Date.now() - batch.made < MAX_AGE_MS) found.push(batch);
    else store.remove(name);
  }
  return found;
}

interface Refusal {
  message?: string;
}

interface Refusals {
  errors?: Refusal[];
}

function complain(status: number, answer: unknown): void {
  const { error, data } = (answer ?? {}) as { error?: Refusal; data?: Refusals };
  const told = TRACKER ? (answer as Refusals | null) : data;
  const refusals = status < 300 ? (told?.errors ?? []) : [error];
  for (const refusal of refusals) warn(`the server refused events (status ${status}): ${refusal?.message}`);
}
