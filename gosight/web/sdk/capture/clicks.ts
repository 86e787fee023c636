/** What the visitor clicked. */
import { here, on } from "../core/guard";
import type { SentEvent } from "../core/outbox";
import type { Properties } from "../gosight";
import { watchForDeadClicks } from "./dead";
import { closest, describe, IGNORE, nameOf } from "./privacy";
import type { Report } from "./report";

/** A browser clicks the field of a label right after the label: that is one click of the visitor. */
const LABEL_MS = 50;

export function watchClicks(report: Report): void {
  const expectDead = watchForDeadClicks();
  let labelled: Element | null | undefined;
  let labelledAt = 0;

  on<MouseEvent>(window, "click", (event) => {
    const target = event.composedPath()[0];
    if (!event.isTrusted || !(target instanceof Element) || closest(target, IGNORE)) return;
    if (target === labelled && event.timeStamp - labelledAt < LABEL_MS) return;
    labelled = (closest(target, "label") as HTMLLabelElement | null)?.control;
    labelledAt = event.timeStamp;

    const place = placeOf(event);
    let made: Properties | undefined;
    const payload = (): Properties => (made ??= { ...place, target: describe(target, event) });
    const more: Partial<SentEvent> = { ts: Date.now(), url: here(), name: nameOf(target) };
    report("click", payload, more);
    expectDead(event, target, () => report("dead_click", payload, more));
  });
}

function placeOf({ clientX, clientY, pageX, pageY }: MouseEvent): Properties {
  const [x, y, page_x, page_y] = [clientX, clientY, pageX, pageY].map(Math.round);
  return { x, y, page_x, page_y, page_height: document.documentElement.scrollHeight };
}
