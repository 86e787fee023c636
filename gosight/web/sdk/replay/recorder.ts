/** What is recorded of a page, when, and for which session. */
import { record } from "@rrweb/record";
import { EventType, type eventWithTime } from "@rrweb/types";
import { guard, on } from "../core/guard";
import { newId } from "../core/ids";
import type { Host, Tell } from "../core/recorder";
import { createAdopted } from "./adopted";
import { createBuffer } from "./buffer";
import { createChunker } from "./chunker";
import { watchConsole } from "./console";
import { keepEarlier, takeEarlier } from "./earlier";
import { createIndices } from "./indices";
import { createMarks } from "./marks";
import { watchNetwork } from "./network";
import { createScrub } from "./scrub";
import { createSecrets } from "./secrets";
import { createSender, type Sending } from "./sender";
import { createSnapshots } from "./snapshots";
import { createTroubleWatch } from "./trouble";
import { maskValue } from "./values";
import { CONSOLE, createWriter, NETWORK } from "./writer";

/** The session that had trouble, so that its later pages and other tabs are recorded from their start. */
const TROUBLE = "trouble";
/** What an earlier page left is sent when this one has come to rest. */
const RESEND_MS = 3000;
const SLIM = {
  comment: true,
  headFavicon: true,
  headMetaSocial: true,
  headMetaRobots: true,
  headMetaHttpEquiv: true,
  headMetaVerification: true,
  headMetaAuthorship: true,
  headMetaDescKeywords: true,
};

export function startRecorder(host: Host): Tell {
  const { settings, store, identity } = host;
  const options = settings.all.settings?.replay ?? {};
  const page = newId("p_");
  const marks = createMarks(settings);
  const secrets = createSecrets();
  const scrub = createScrub(record.mirror, marks, secrets);
  const isTrouble = createTroubleWatch(settings);
  const followUp = createAdopted();
  const buffer = createBuffer();
  const write = createWriter(secrets, options);
  const chunker = createChunker(page, write, () => cut());
  const snapshots = createSnapshots(() => record.takeFullSnapshot(true));
  const sender = createSender(host, {
    lost: snapshots.soon,
    pause: () => close(true),
    resume: () => close(false),
    refuse: refused,
  });
  let stop: (() => void) | undefined;
  let current: Sending | null = null;
  /** Nothing leaves yet: it is only watched for trouble. */
  let isBuffered = false;
  /** The server takes no replay now. */
  let isClosed = false;

  /** Whether what happens now belongs into the recording. A hidden tab shows nothing, and an idle session ends. */
  function isAwake(now: number): boolean {
    const { session } = identity;
    const isOurs = session !== null && session.id === current?.session && now - session.at <= settings.timeoutMs;
    return isOurs && !document.hidden;
  }

  const emit = guard((event: eventWithTime) => {
    if (!isAwake(event.timestamp)) return snapshots.miss();
    const told = snapshots.admits(event) && scrub(event);
    if (!told) return;
    for (const each of [told, ...followUp(told)]) take(each);
  });

  function take(event: eventWithTime): void {
    if (!isBuffered) chunker.add(event);
    else if (buffer.add(event)) snapshots.soon();
  }

  function plugin(name: string): (payload: object) => void {
    return (payload) => {
      if (stop) emit({ type: EventType.Plugin, data: { plugin: name, payload }, timestamp: Date.now() });
    };
  }

  function cut(): void {
    const json = chunker.cut();
    if (json && current) sender.send(json, current);
  }

  /** Begins, goes on with another session, or stops, as things are now. */
  function look(): void {
    const isOn = host.open() && !isClosed && settings.replayRate > 0;
    const session = isOn && identity.session?.replay ? identity.session : null;
    if (session?.id === current?.session) return;
    cut();
    buffer.take();
    current = session && sendingOf(session.id);
    isBuffered = options.mode === "trouble" && store.get(TROUBLE) !== session?.id;
    recall();
    if (session && stop) snapshots.now();
    else if (session) begin();
    else halt();
  }

  function sendingOf(session: string): Sending {
    return { session, visitor: identity.visitor, indices: createIndices(store, session, page) };
  }

  function recall(): void {
    if (current && options.mode === "trouble") {
      const earlier = takeEarlier(store, current.session);
      if (isBuffered) buffer.restore(earlier);
    }
  }

  function begin(): void {
    stop = record({
      emit: (event) => emit(event as eventWithTime),
      blockSelector: marks.blocked,
      maskInputOptions: { input: true, textarea: true, select: true } as object,
      maskInputFn: (value, field) => maskValue(marks, secrets, value, field),
      slimDOMOptions: SLIM,
      sampling: { mousemove: 50, scroll: 150, media: 800 },
      recordAfter: "DOMContentLoaded",
      errorHandler: () => true,
    });
  }

  function halt(): void {
    stop?.();
    stop = undefined;
  }

  function close(closed: boolean): void {
    isClosed = closed;
    look();
  }

  /** The server wants nothing of this session: its later pages need not ask again. */
  function refused(): void {
    if (identity.session) {
      identity.session.replay = false;
      store.set("session", JSON.stringify(identity.session));
    }
    chunker.cut();
    look();
  }

  /** From here on the session is recorded, and what led here with it. */
  function alarm(): void {
    if (!isBuffered || !current) return;
    isBuffered = false;
    store.set(TROUBLE, current.session);
    for (const event of buffer.take()) chunker.add(event);
  }

  function leave(): void {
    sender.leave(current ? chunker.cut() : null, current);
  }

  function forget(): void {
    chunker.cut();
    sender.clear();
  }

  on(document, "visibilitychange", () => {
    if (document.hidden) leave();
    else if (stop) snapshots.now();
  });
  on(window, "pagehide", () => {
    leave();
    if (isBuffered && current) keepEarlier(store, current.session, page, buffer.keep(write));
    current?.indices.leave();
  });
  on<PageTransitionEvent>(window, "pageshow", ({ persisted }) => persisted && recall());
  // Typing is no event of its own, and yet it is no idleness.
  on(document, "keydown", () => isAwake(Date.now()) && identity.touch(Date.now()));
  if (options.console !== false) watchConsole(plugin(CONSOLE));
  if (options.network !== false) watchNetwork(plugin(NETWORK));
  setTimeout(sender.resend, RESEND_MS);

  return guard((event) => {
    if (event.type === "out") forget();
    look();
    if (isTrouble(event) || store.get(TROUBLE) === current?.session) alarm();
    snapshots.look();
    if (event.type === "flush") cut();
  });
}
