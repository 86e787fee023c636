/** Chunks that a page could not send before it went, for the next page. */
import { parse, type Store } from "../core/store";

export interface Kept {
  session: string;
  visitor: string | null;
  index: number;
  /** Epoch milliseconds. */
  made: number;
  json: string;
}

const PREFIX = "chunk.";
/** Characters of all that is kept; a browser gives a site about 5 million. */
const MAX_CHARS = 1_500_000;
/** The server moves times that are more than a day away from receipt. */
const MAX_AGE_MS = 12 * 3_600_000;

const nameOf = ({ session, index }: { session: string; index: number }): string => `${PREFIX}${session}.${index}`;

export function keep(store: Store, { session, visitor, index, made, json }: Kept): void {
  const chunk: Kept = { session, visitor, index, made, json };
  const names = store.names().filter((name) => name.startsWith(PREFIX));
  const taken = names.reduce((sum, name) => sum + (store.get(name)?.length ?? 0), 0);
  if (store.lasting && taken + json.length < MAX_CHARS) store.set(nameOf(chunk), JSON.stringify(chunk));
}

export function drop(store: Store, chunk: { session: string; index: number }): void {
  store.remove(nameOf(chunk));
}

export function keptChunks(store: Store): Kept[] {
  const found: Kept[] = [];
  for (const name of store.names().filter((each) => each.startsWith(PREFIX))) {
    const chunk = parse<Kept>(store.get(name));
    if (chunk && Date.now() - chunk.made < MAX_AGE_MS) found.push(chunk);
    else store.remove(name);
  }
  return found.sort((a, b) => a.made - b.made);
}
