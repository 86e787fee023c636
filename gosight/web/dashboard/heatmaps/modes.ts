/** What of a page can be looked at, and how its legend reads. */
import type { HeatmapKind } from "../api/types";
import type { IconName } from "../parts/Icon.svelte";

export const MODES: { kind: HeatmapKind; name: string; icon: IconName }[] = [
  { kind: "click", name: "Clicks", icon: "click" },
  { kind: "scroll", name: "Scrolling", icon: "scroll" },
  { kind: "move", name: "Cursors", icon: "move" },
  { kind: "attention", name: "Attention", icon: "gauge" },
];

export const modeOf = (asked: string | null): HeatmapKind => MODES.find(({ kind }) => kind === asked)?.kind ?? "click";

export const DEVICES = [
  { type: null, name: "All devices", icon: null },
  { type: "desktop", name: "Desktop", icon: "desktop" },
  { type: "mobile", name: "Mobile", icon: "mobile" },
  { type: "tablet", name: "Tablet", icon: "tablet" },
] as const;

/** Of a page of which nobody told anything. */
export const USUAL = { width: 1200, height: 800 };

export const WIDTHS = { least: 320, most: 2560 };

/** A width to lay the page out at, from the address; null where none is asked for. */
export function widthOf(asked: string | null): number | null {
  const width = Math.round(Number(asked));
  return width >= WIDTHS.least && width <= WIDTHS.most ? width : null;
}
