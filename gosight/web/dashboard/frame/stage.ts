/** Plays recorded events: rrweb's Replayer over what is loaded, one moment at a time. Knows nothing of chunks or of the server. */
import { Replayer } from "@rrweb/replay";
import { EventType, type eventWithTime } from "@rrweb/types";
import { Cleaner } from "./clean/events";
import type { FromFrame, Recorded } from "./messages";
import { Scale } from "./scale";

/** Stands behind the last event, so that rrweb never believes to be at the end: more may come at any time. */
const NEVER: eventWithTime = { type: EventType.Custom, timestamp: 8e15, data: { tag: "never", payload: null } };
const STEP_MS = 0.01; // rrweb does everything again when asked for the very moment it is at
const FAULTS = 20; // of a recording, that are stepped over before it counts as broken

export class Stage {
  #root: HTMLElement;
  #tell: (message: FromFrame) => void;
  #scale: Scale;
  #cleaner = new Cleaner();
  #replayer: Replayer | null = null;
  #until = 0;
  #at = 0;
  #playing = false;
  #turn = 0;
  #speed = 1;
  #faults = 0;
  #frame = 0;

  constructor(root: HTMLElement, tell: (message: FromFrame) => void) {
    this.#root = root;
    this.#tell = tell;
    this.#scale = new Scale(root);
    addEventListener("error", (event) => this.#stumbled(event.message));
  }

  begin(events: Recorded[], until: number, at: number, playing: boolean, turn: number): void {
    this.clear();
    this.#cleaner = new Cleaner();
    const clean = this.#cleaner.clean(events);
    if (!clean.some((event) => event.type === EventType.FullSnapshot)) {
      return this.#tell({ kind: "failed", why: "no full snapshot" });
    }
    this.#until = until;
    this.#replayer = this.#made(clean);
    this.show(at, playing, turn);
  }

  add(events: Recorded[], until: number): void {
    const replayer = this.#replayer;
    if (!replayer) return;
    for (const event of this.#cleaner.clean(events)) replayer.addEvent(event);
    this.#until = until;
    // addEvent works after this task, and so must what plays on
    if (this.#playing && this.#at < until)
      queueMicrotask(() => this.#replayer === replayer && this.show(this.#at, true));
  }

  drop(before: number): void {
    const events = this.#events;
    const from = events.findLastIndex((event) => event.type === EventType.Meta && event.timestamp <= before);
    if (from > 0) events.splice(0, from);
  }

  show(at: number, playing: boolean, turn = this.#turn): void {
    this.#turn = turn;
    const replayer = this.#replayer;
    if (!replayer) return;
    this.#playing = playing;
    this.#at = Math.min(at, this.#until);
    const offset = Math.max(0, this.#at - this.#events[0]!.timestamp) + STEP_MS;
    if (playing && this.#at < this.#until) replayer.play(offset);
    else replayer.pause(offset);
    this.#scale.fit();
    this.#tick();
  }

  speed(speed: number): void {
    this.#speed = speed;
    this.#replayer?.setConfig({ speed });
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#replayer?.destroy();
    this.#replayer = null;
    this.#playing = false;
    this.#faults = 0;
  }

  get #events(): eventWithTime[] {
    return this.#replayer?.service.state.context.events ?? [];
  }

  #made(events: eventWithTime[]): Replayer {
    const replayer = new Replayer([...events, NEVER], {
      root: this.#root,
      speed: this.#speed,
      // Elements are then made in the sandboxed document alone, never in this page's own.
      useVirtualDom: false,
      triggerFocus: false, // the keys stay with the dashboard
      showWarning: false,
      mouseTail: { strokeStyle: "#5c6ef8", duration: 500, lineWidth: 3 },
    });
    replayer.iframe.inert = true;
    replayer.iframe.tabIndex = -1;
    replayer.iframe.title = "The visitor's page";
    replayer.on("resize", (size) => this.#resized(size as { width: number; height: number }));
    return replayer;
  }

  #resized(size: { width: number; height: number }): void {
    this.#scale.of(size);
    this.#tell({ kind: "viewport", ...size });
  }

  /** At every picture: where rrweb is, until it has shown all there is. */
  #tick = (): void => {
    cancelAnimationFrame(this.#frame);
    const replayer = this.#replayer;
    if (!replayer) return;
    if (this.#playing && replayer.service.state.matches("playing")) {
      this.#at = replayer.service.state.context.baselineTime + replayer.timer.timeOffset;
      if (this.#at >= this.#until) this.#rest(replayer);
    }
    const waiting = this.#playing && this.#at >= this.#until;
    this.#tell({ kind: "at", at: this.#at, playing: this.#playing, waiting, turn: this.#turn });
    if (this.#playing) this.#frame = requestAnimationFrame(this.#tick);
  };

  #rest(replayer: Replayer): void {
    this.#at = this.#until;
    replayer.pause();
  }

  /** An event that rrweb cannot show stops its clock: go on behind it. */
  #stumbled(why: string): void {
    if (!this.#replayer) return;
    this.#faults++;
    if (this.#faults > FAULTS) {
      this.clear();
      this.#tell({ kind: "failed", why });
    } else if (this.#playing) this.show(this.#at + 1, true);
  }
}
