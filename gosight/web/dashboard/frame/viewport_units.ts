/**
 * A page at rest is shown in all its height, and what is as high as the viewport must not grow with it: heights in vh become pixels
 * of the visitor's own viewport.
 */
import { EventType, type eventWithTime, type serializedNodeWithId } from "@rrweb/types";

type Viewport = { width: number; height: number };
const HEIGHTS = /(-?\d*\.?\d+)(?:[sld]?v[hb])\b/gi;

export function inPixels(event: eventWithTime, viewport: Viewport): eventWithTime {
  if (event.type === EventType.FullSnapshot) walk(event.data.node, viewport);
  return event;
}

function walk(node: serializedNodeWithId, viewport: Viewport): void {
  if ("textContent" in node && "isStyle" in node) node.textContent = fixed(node.textContent, viewport);
  if ("attributes" in node) {
    for (const name of ["style", "_cssText"]) {
      const css = node.attributes[name];
      if (typeof css === "string") node.attributes[name] = fixed(css, viewport);
    }
  }
  if ("childNodes" in node) for (const child of node.childNodes) walk(child, viewport);
}

const fixed = (css: string, viewport: Viewport): string =>
  css.replace(HEIGHTS, (_, number: string) => `${(Number(number) * viewport.height) / 100}px`);
