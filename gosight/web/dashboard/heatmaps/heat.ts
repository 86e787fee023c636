/**
 * Heat: how much happened around each place, smoothed, drawn on a canvas of coarse cells that the browser scales up softly. The
 * colours leave out those that errors and signals have in this product, and are read against a dark veil over any page.
 */
import type { Place } from "./place";

const CELL_PX = 4; // of the screen
const REACH_PX = 22; // how far a click warms what is around it
const FAINT = 0.001; // below that share of the warmest place nothing is drawn

const LINES = 0.88; // lines cover the whole page, and end before the white that would hide it

const STOPS: [at: number, r: number, g: number, b: number, alpha: number][] = [
  [0, 59, 91, 253, 0],
  [0.15, 59, 91, 253, 150],
  [0.4, 24, 184, 201, 195],
  [0.65, 98, 224, 127, 220],
  [0.88, 247, 232, 58, 235],
  [1, 255, 255, 255, 245],
];

/** For a legend; `lines` as in drawLines. */
export function gradient(lines: boolean): string {
  const stops = STOPS.filter(([at]) => !lines || at <= LINES).map(
    ([at, r, g, b, alpha]) => `rgb(${r} ${g} ${b} / ${Math.round(alpha / 2.55)}%) ${(100 * at) / (lines ? LINES : 1)}%`,
  );
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/** What a warmth from 0 to 1 looks like, as red, green, blue, alpha. */
export function colourOf(warmth: number): [number, number, number, number] {
  const above = STOPS.findIndex(([at]) => at >= warmth);
  if (above < 1) return [...STOPS[above < 0 ? STOPS.length - 1 : 0]!.slice(1)] as [number, number, number, number];
  const [low, high] = [STOPS[above - 1]!, STOPS[above]!];
  const share = (warmth - low[0]) / (high[0] - low[0]);
  return [1, 2, 3, 4].map((of) => low[of]! + (high[of]! - low[of]!) * share) as [number, number, number, number];
}

/** Draws places, given in pixels of the screen, and answers how much there is around the warmest one. */
export function drawHeat(canvas: HTMLCanvasElement, width: number, height: number, places: Place[]): number {
  const [columns, rows] = sized(canvas, width, height);
  const warmth = spread(places, columns, rows);
  const most = warmth.reduce((found, value) => Math.max(found, value), 0);
  paint(canvas, columns, rows, (cell) => (warmth[cell]! > most * FAINT ? Math.sqrt(warmth[cell]! / most) : 0));
  return most;
}

/** Draws a warmth for each line of the page; `at` is from 0, its top, to 1. */
export function drawLines(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  warmth: (at: number) => number,
): void {
  const [columns, rows] = sized(canvas, width, height);
  paint(canvas, columns, rows, (cell) => LINES * warmth((Math.floor(cell / columns) + 0.5) / rows));
}

function sized(canvas: HTMLCanvasElement, width: number, height: number): [number, number] {
  canvas.width = Math.max(1, Math.ceil(width / CELL_PX));
  canvas.height = Math.max(1, Math.ceil(height / CELL_PX));
  return [canvas.width, canvas.height];
}

/** Each place warms the cells around it, full in its middle and fading out. */
function spread(places: Place[], columns: number, rows: number): Float32Array {
  const warmth = new Float32Array(columns * rows);
  const reach = REACH_PX / CELL_PX;
  for (const { x, y, count } of places) {
    const [column, row] = [x / CELL_PX - 0.5, y / CELL_PX - 0.5];
    for (let r = Math.max(0, Math.ceil(row - reach)); r <= Math.min(rows - 1, row + reach); r++)
      for (let c = Math.max(0, Math.ceil(column - reach)); c <= Math.min(columns - 1, column + reach); c++) {
        const far = ((r - row) ** 2 + (c - column) ** 2) / reach ** 2;
        if (far < 1) warmth[r * columns + c]! += count * (1 - far) ** 2;
      }
  }
  return warmth;
}

function paint(canvas: HTMLCanvasElement, columns: number, rows: number, warmth: (cell: number) => number): void {
  const picture = new ImageData(columns, rows);
  const cells = new Uint8ClampedArray(picture.data.buffer);
  for (let cell = 0; cell < columns * rows; cell++) {
    const warm = warmth(cell);
    if (warm > 0) cells.set(colourOf(Math.min(1, warm)), cell * 4);
  }
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
}
