/** One page at rest, as it was at a full snapshot: all of its height, nothing moving. */
import { Replayer } from "@rrweb/replay";
import { EventType, type eventWithTime } from "@rrweb/types";
import { Cleaner } from "./clean/events";
import { measure } from "./measure";
import type { FromFrame, Recorded } from "./messages";
import { inPixels } from "./viewport_units";

const HIGHEST_PX = 32_000; // nobody scrolls further

export class PageAtRest {
  #root: HTMLElement;
  #tell: (message: FromFrame) => void;
  #replayer: Replayer | null = null;
  #selectors: string[] = [];
  #watch: ResizeObserver | null = null;
  #viewport = { width: 0, height: 0 };
  #at = 0;

  constructor(root: HTMLElement, tell: (message: FromFrame) => void) {
    this.#root = root;
    this.#tell = tell;
    addEventListener("resize", () => this.#fit());
  }

  show(events: Recorded[], at: number, width?: number): void {
    this.#leave();
    const found = snapshot(new Cleaner().clean(events), at);
    if (!found) return this.#tell({ kind: "page", at: null, width: 0, height: 0, viewport_height: 0 });
    const [said, full] = found;
    this.#viewport = { ...(said.data as { width: number; height: number }), ...(width && { width }) };
    const meta = { ...said, data: { ...(said.data as object), ...this.#viewport } } as eventWithTime;
    this.#at = full.timestamp;
    this.#replayer = this.#made([meta, inPixels(full, this.#viewport), { ...full, type: EventType.Load, data: {} }]);
    this.#replayer.pause(full.timestamp - meta.timestamp + 1);
    this.#settle(this.#replayer);
  }

  measure(selectors: string[]): void {
    this.#selectors = selectors;
    const page = this.#replayer?.iframe.contentDocument;
    if (page && selectors.length) this.#tell({ kind: "measured", selectors, boxes: measure(page, selectors) });
  }

  clear(): void {
    this.#leave();
    this.#selectors = [];
  }

  #leave(): void {
    this.#watch?.disconnect();
    this.#replayer?.destroy();
    this.#replayer = null;
  }

  #made(events: eventWithTime[]): Replayer {
    const replayer = new Replayer(events, {
      root: this.#root,
      useVirtualDom: false,
      triggerFocus: false,
      showWarning: false,
      mouseTail: false,
    });
    replayer.iframe.inert = true;
    replayer.iframe.title = "The page as visitors saw it";
    replayer.wrapper.classList.add("at-rest");
    return replayer;
  }

  /** Pictures and styles arrive late and change the height. */
  #settle(replayer: Replayer): void {
    const page = replayer.iframe.contentDocument;
    if (!page?.documentElement) return;
    this.#size();
    replayer.on("resize", () => this.#size()); // rrweb gives the iframe its own height once more, a moment later
    this.#watch = new ResizeObserver(() => this.#size());
    this.#watch.observe(page.documentElement);
    if (page.body) this.#watch.observe(page.body);
  }

  #size(): void {
    const replayer = this.#replayer;
    const page = replayer?.iframe.contentDocument;
    if (!replayer || !page?.documentElement) return;
    const { width, height: viewport_height } = this.#viewport;
    const inside = Math.max(page.documentElement.scrollHeight, page.body?.scrollHeight ?? 0);
    const height = Math.min(HIGHEST_PX, Math.max(viewport_height, inside));
    replayer.iframe.setAttribute("width", String(width));
    replayer.iframe.setAttribute("height", String(height));
    Object.assign(replayer.wrapper.style, { width: `${width}px`, height: `${height}px` });
    this.#fit();
    this.#tell({ kind: "page", at: this.#at, width, height, viewport_height });
    this.measure(this.#selectors);
  }

  /** As wide as the frame page; the dashboard gives it the height. */
  #fit(): void {
    if (!this.#replayer || !this.#viewport.width) return;
    this.#replayer.wrapper.style.transform = `scale(${innerWidth / this.#viewport.width})`;
  }
}

/** The first full snapshot at or after a moment, with what was said of its viewport. */
function snapshot(events: eventWithTime[], at: number): [eventWithTime, eventWithTime] | null {
  const place = events.findIndex((event) => event.type === EventType.FullSnapshot && event.timestamp >= at);
  const meta = events.findLast((event, index) => event.type === EventType.Meta && index < place);
  return place > 0 && meta ? [meta, events[place]!] : null;
}
