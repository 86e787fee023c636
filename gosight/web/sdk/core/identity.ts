/** Who this browser is: visitor, session and user, and whether this session is among those that are sent. */
import { newId } from "./ids";
import type { Settings } from "./settings";
import { parse, type Store } from "./store";

export interface Session {
  id: string;
  /** When the visitor last did something, in epoch milliseconds. */
  at: number;
  sampled: boolean;
  /** Whether it is recorded. Decided once, so that every page and tab of it agrees. */
  replay?: boolean;
}

/** What became of the session when the visitor did something. */
export type Step = "same" | "first" | "expired" | "elsewhere";

export interface Identity {
  /** Null where nothing is stored in the browser: there the server finds the visitor and the session. */
  visitor: string | null;
  session: Session | null;
  user: string | null;
  sampled(): boolean;
  /** What the next thing that the visitor does would mean for the session; changes nothing. */
  look(now: number): Step;
  /** The session as the other tabs of this browser see it. */
  join(): void;
  touch(now: number): void;
  renew(now: number): void;
  name(user: string | null): void;
  /** A new visitor and no user; the session is for the caller to renew. */
  forget(): void;
}

/** Storage is written at most so often; another tab may see a session as this much older. */
const TOUCH_MS = 1000;

export function createIdentity(store: Store, settings: Settings): Identity {
  const local = settings.privacy.storage !== "none";
  const rate = settings.sampling.sessionSampleRate ?? 100;
  const stored = (): Session | null => {
    const session = parse<Session>(store.get("session"));
    return session?.at ? session : null;
  };
  const keep = (name: string, value: string | null): void =>
    value === null ? store.remove(name) : store.set(name, value);

  const self: Identity = {
    visitor: local ? (store.get("visitor") ?? newId("v_")) : null,
    session: null,
    user: store.get("user"),
    sampled: () => self.session?.sampled ?? dayShare() * 100 < rate,
    look(now) {
      if (!local) return "same";
      const known = stored() ?? self.session;
      if (!known || now - known.at > settings.timeoutMs) return self.session ? "expired" : "first";
      return known.id === self.session?.id ? "same" : "elsewhere";
    },
    join() {
      self.session = stored();
    },
    touch(now) {
      if (!self.session || now - self.session.at < TOUCH_MS) return;
      self.session.at = now;
      store.set("session", JSON.stringify(self.session));
    },
    renew(now) {
      if (!local) return;
      const sampled = Math.random() * 100 < rate;
      self.session = {
        id: newId("s_"),
        at: now,
        sampled,
        replay: sampled && Math.random() * 100 < settings.replayRate,
      };
      store.set("session", JSON.stringify(self.session));
    },
    name(user) {
      self.user = user;
      if (local) keep("user", user);
    },
    forget() {
      self.name(null);
      if (!local) return;
      self.visitor = newId("v_");
      store.set("visitor", self.visitor);
    },
  };
  if (local) keep("visitor", self.visitor);
  return self;
}

/**
 * 0 to 1, the same for this kind of browser all day. Where no session may be stored, whether one is sent has to come
 * out the same on each of its pages; this never leaves the browser.
 */
function dayShare(): number {
  const day = Math.floor(Date.now() / 86_400_000);
  const text = `${day}|${navigator.userAgent}|${navigator.language}|${screen.width}x${screen.height}`;
  let hash = 0;
  for (const character of text + text) hash = Math.imul(hash ^ character.charCodeAt(0) ^ (hash >>> 15), 2246822519);
  return (hash >>> 0) / 2 ** 32;
}
