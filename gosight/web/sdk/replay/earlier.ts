/**
 * The end of a page that is only watched for trouble, for the next page of its tab: what led to an error may lie before
 * the link that led to it. It is masked already, and lies where the session does: where the visitor allows no storage
 * there is none, and who opts out in any tab clears it. What no next page takes is removed by the first page after it.
 */
import type { Store } from "../core/store";
import { KEEP_MS } from "./buffer";

/** From one snapshot to the next, as JSON of its events. */
export interface Earlier {
  /** Of its first event, in epoch milliseconds. */
  at: number;
  json: string;
}

/** When it was left, and by which page; the tab knows its own. */
const PREFIX = "before.";
const TAB = "gosight.replay.before";
/** Characters; a browser gives a site about 5 million, and chunks that could not be sent have their share. */
const MAX_CHARS = 1_500_000;

/** A line for the session, and one a stretch: JSON has no line ends of its own. */
export function keepEarlier(store: Store, session: string, page: string, stretches: Earlier[]): void {
  const lines: string[] = [];
  let chars = 0;
  for (const { at, json } of [...stretches].reverse()) {
    chars += json.length;
    if (chars > MAX_CHARS) break;
    lines.unshift(`${at} ${json}`);
  }
  const mayKeep = store.lasting && store.get("visitor"); // another tab may have opted out meanwhile
  if (!mayKeep || !lines.length) return;
  const name = `${PREFIX}${Date.now()}.${page}`;
  try {
    sessionStorage.setItem(TAB, name);
    store.set(name, [session, ...lines].join("\n"));
  } catch {
    // No storage: the recording begins with the next page.
  }
}

export function takeEarlier(store: Store, session: string): Earlier[] {
  const [owner, ...lines] = takeText(store)?.split("\n") ?? [];
  if (owner !== session) return [];
  return lines.map((line) => ({ at: parseInt(line), json: line.slice(line.indexOf(" ") + 1) }));
}

function takeText(store: Store): string | null {
  const names = store.names().filter((name) => name.startsWith(PREFIX));
  const left = names.filter((name) => Date.now() - parseInt(name.slice(PREFIX.length)) < KEEP_MS);
  const mine = left.find((name) => name === ofThisTab()) ?? null;
  const text = mine && store.get(mine);
  for (const name of names) if (name === mine || !left.includes(name)) store.remove(name);
  return text;
}

function ofThisTab(): string | null {
  try {
    return sessionStorage.getItem(TAB);
  } catch {
    return null;
  }
}
