/**
 * Which numbers a page gives its chunks. Every page and tab of a session takes blocks of numbers for itself, so that no
 * two chunks of it get the same: a page writes its name on a free block, and uses it if the name still stands there when
 * every tab has seen it. Where the browser has locks one page at a time does that.
 */
import { guard } from "../core/guard";
import type { Store } from "../core/store";

export interface Indices {
  /** Null where none is known to be free yet; `hurry`: the page goes, so one that is very likely free. */
  next(hurry?: boolean): number | null;
  /** Whether the session has had all it may have. */
  isSpent(): boolean;
  /** Leaves the rest to the next page of this tab. */
  leave(): void;
}

interface Claim {
  session: string;
  block: number;
  /** The first number of the block that was not given. */
  from: number;
  page: string;
}

const BLOCK = 20;
/** A session has the indices 0 to 9,999. */
const BLOCKS = 10_000 / BLOCK;
/** How long a tab may take to see what another wrote. */
const SETTLE_MS = 150;
/** With so few left another block is taken. */
const FEW = 4;
const PREFIX = "index.";
const OLD_MS = 86_400_000;
const LEFT = "gosight.replay.left";

export function createIndices(store: Store, session: string, page: string): Indices {
  const sure: number[] = [];
  /** Taken, and not yet known to be ours alone. */
  let unsure: number[] = [];
  let spent = false;
  const nameOf = (block: number): string => `${PREFIX}${session}.${block}`;
  const ownerOf = (block: number): string | undefined => store.get(nameOf(block))?.split("|")[0];

  function firstFree(): number {
    let block = 0;
    while (block < BLOCKS && ownerOf(block)) block++;
    return block;
  }

  /** Whether the storage kept it: a full one does not, and then any other block is as good. */
  function sign(block: number): boolean {
    store.set(nameOf(block), `${page}|${Date.now()}`);
    return ownerOf(block) === page;
  }

  async function claim(left?: Claim): Promise<void> {
    const mine = left && ownerOf(left.block) === left.page ? left : null;
    let block = mine?.block ?? firstFree();
    spent = block >= BLOCKS;
    if (spent) return;
    const kept = sign(block);
    if (!kept) block = anyOf(BLOCKS);
    const from = mine?.from ?? block * BLOCK;
    unsure = Array.from({ length: (block + 1) * BLOCK - from }, (_, at) => from + at);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (!kept || ownerOf(block) === page) sure.push(...unsure);
    unsure = [];
    if (sure.length <= FEW) await claim();
  }

  let claiming = false;
  const take = guard((left?: Claim) => {
    if (claiming) return;
    claiming = true;
    const work = (): Promise<void> => claim(left);
    const locked = navigator.locks?.request(`gosight.${session}`, work) ?? work();
    void locked.catch(work).finally(() => (claiming = false));
  });

  forgetOld(store);
  take(takeLeft(session));
  return {
    isSpent: () => spent && !sure.length,
    next(hurry) {
      const index = sure.shift() ?? (hurry ? (unsure.shift() ?? anyOf(BLOCKS) * BLOCK) : null);
      if (sure.length + unsure.length <= FEW) take();
      return index;
    },
    leave() {
      const rest = sure.filter((index) => Math.floor(index / BLOCK) === Math.floor(sure[0]! / BLOCK));
      if (rest.length) putLeft({ session, block: Math.floor(rest[0]! / BLOCK), from: rest[0]!, page });
      sure.length = 0;
    },
  };
}

/** One of the later half, which few sessions reach. */
const anyOf = (count: number): number => Math.floor(((1 + Math.random()) * count) / 2);

function putLeft(claim: Claim): void {
  try {
    sessionStorage.setItem(LEFT, JSON.stringify(claim));
  } catch {
    // No storage: the rest of the block stays unused.
  }
}

function takeLeft(session: string): Claim | undefined {
  try {
    const left = JSON.parse(sessionStorage.getItem(LEFT) ?? "null") as Claim | null;
    sessionStorage.removeItem(LEFT);
    return left?.session === session ? left : undefined;
  } catch {
    return undefined;
  }
}

/** A day old: no page of that session writes any more. */
function forgetOld(store: Store): void {
  for (const name of store.names()) {
    if (name.startsWith(PREFIX) && Date.now() - Number(store.get(name)?.split("|")[1]) > OLD_MS) store.remove(name);
  }
}
