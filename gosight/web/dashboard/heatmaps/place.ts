/** Where on the page that is shown each click belongs: on its element wherever that is now, else where it was. */
import type { HeatmapKind, PageHeatmap } from "../api/types";
import type { Box } from "../frame/measure";

export type Place = { x: number; y: number; count: number };

/** The page that is drawn over, in its own CSS pixels. `boxes` are of the elements that it has. */
export type Layout = { width: number; height: number; boxes: ReadonlyMap<string, Box> };

type Element = PageHeatmap["elements"][number];

const SMALL_PX = 320; // in an element up to that size, a click that did not tell where in it counts in its middle

export function clicksOn(map: PageHeatmap, layout: Layout): Place[] {
  const placed = new Set<string>();
  const places: Place[] = [];
  for (const element of map.elements) {
    const box = layout.boxes.get(element.selector);
    if (!box || (!element.offsets.length && Math.max(box.width, box.height) > SMALL_PX)) continue;
    placed.add(element.selector);
    places.push(...within(element, box));
  }
  const loose = map.click_map.filter(({ selector }) => selector === null || !placed.has(selector));
  return [...places, ...asTheyWere(loose, map, layout)];
}

export function movesOn(map: PageHeatmap, layout: Layout): Place[] {
  return asTheyWere(map.move_map, map, layout);
}

function within(element: Element, box: Box): Place[] {
  const told = element.offsets.reduce((sum, { count }) => sum + count, 0);
  const isLarge = Math.max(box.width, box.height) > SMALL_PX;
  const each = isLarge ? element.clicks / told : 1; // those that did not tell were where the others were
  const places = element.offsets.map(({ x, y, count }) => ({
    x: box.left + x * box.width,
    y: box.top + y * box.height,
    count: count * each,
  }));
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2, count: element.clicks - told };
  return isLarge || middle.count <= 0 ? places : [...places, middle];
}

/** Pixels of a page as wide as it typically was: on another width only an estimate. */
function asTheyWere(spots: Place[], map: PageHeatmap, layout: Layout): Place[] {
  const scale = layout.width / (map.viewport.width ?? layout.width);
  return spots.map(({ x, y, count }) => ({ x: x * scale, y, count }));
}

/** What share of sessions came as far as `at` (from 0, the top, to 1): straight between the steps that were counted. */
export function reached(map: PageHeatmap, at: number): number {
  if (!map.scroll_sessions) return 0;
  const steps = [{ depth_percent: 0, reached_count: map.scroll_sessions }, ...map.scroll_steps];
  const above = steps.findIndex(({ depth_percent }) => depth_percent >= at * 100);
  if (above <= 0) return above === 0 ? 1 : 0;
  const [low, high] = [steps[above - 1]!, steps[above]!];
  const share = (at * 100 - low.depth_percent) / (high.depth_percent - low.depth_percent);
  return (low.reached_count + (high.reached_count - low.reached_count) * share) / map.scroll_sessions;
}

/** Milliseconds that the line `at` was in the window in an average visit: straight between the bands' middles. */
export function attention(map: PageHeatmap, at: number): number {
  const bands = map.attention_map;
  const y = at * (bands.at(-1)?.y_end ?? 0);
  const above = bands.findIndex(({ y_start, y_end }) => (y_start + y_end) / 2 >= y);
  if (above <= 0) return (above === 0 ? bands[0] : bands.at(-1))?.avg_time_ms ?? 0;
  const [low, high] = [bands[above - 1]!, bands[above]!];
  const [from, to] = [(low.y_start + low.y_end) / 2, (high.y_start + high.y_end) / 2];
  return low.avg_time_ms + ((high.avg_time_ms - low.avg_time_ms) * (y - from)) / (to - from);
}

/** The smallest clicked element around a place, so that a button wins over the card that it is in. */
export function elementAt(map: PageHeatmap, { boxes }: Layout, x: number, y: number): Element | null {
  let [found, least] = [null as Element | null, Infinity];
  for (const element of map.elements) {
    const box = boxes.get(element.selector);
    if (!box || x < box.left || y < box.top || x > box.left + box.width || y > box.top + box.height) continue;
    if (box.width * box.height < least) [found, least] = [element, box.width * box.height];
  }
  return found;
}

/** The fullest spot within reach of a place. */
export function spotAt(
  map: PageHeatmap,
  mode: HeatmapKind,
  layout: Layout,
  x: number,
  y: number,
  reach: number,
): Place | null {
  const spots = mode === "move" ? movesOn(map, layout) : asTheyWere(map.click_map, map, layout);
  const near = spots.filter((spot) => Math.hypot(spot.x - x, spot.y - y) <= reach);
  return near.reduce<Place | null>((best, spot) => (best && best.count >= spot.count ? best : spot), null);
}
