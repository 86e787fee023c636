/** How the chart is drawn: uPlot's options from our colours. Points stand at 0, 1, 2 …, so that months are as wide as each other. */
import uPlot from "uplot";
import { axis } from "../words/numbers";
import { pointName } from "../words/dates";

export const HEIGHT = 260;
const LABEL_PX = 76; // room that a date on the axis needs

export type Drawn = {
  dates: string[];
  interval: string;
  width: number;
  /** of the present: the name of a variable */
  colour: string;
  pointed: (index: number | null, left: number) => void;
  zoomed: (from: number, to: number) => void;
};

export function optionsFor(drawn: Drawn, colour: (name: string) => string): uPlot.Options {
  const last = drawn.dates.length - 1;
  const font = "12px system-ui, sans-serif";
  const ticks = { show: false };
  return {
    width: drawn.width,
    height: HEIGHT,
    padding: [12, 32, 0, 4],
    legend: { show: false },
    scales: { x: { time: false, range: [0, Math.max(last, 1)] }, y: { range: (_, __, most) => [0, ceiling(most)] } },
    cursor: {
      y: false,
      drag: { x: last > 0, y: false, setScale: false },
      points: {
        size: 9,
        width: 2,
        stroke: colour("surface"),
        fill: (_, index) => colour(index === 1 ? "muted" : drawn.colour),
      },
    },
    axes: [
      {
        stroke: colour("muted"),
        font,
        ticks,
        grid: { show: false },
        gap: 8,
        size: 32,
        splits: (u) =>
          spread(drawn.dates, drawn.interval, Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / LABEL_PX))),
        values: (_, splits) => splits.map((index) => pointName(drawn.dates[index] ?? "", drawn.interval)),
      },
      {
        stroke: colour("muted"),
        font,
        ticks,
        grid: { stroke: colour("line"), width: 1 },
        gap: 8,
        size: 52,
        space: 48,
        incrs: [
          1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1e3, 2e3, 2.5e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6,
          5e6, 1e7, 5e7, 1e8,
        ],
        values: (_, splits) => splits.map(axis),
      },
    ],
    series: [
      {},
      { stroke: withAlpha(colour("muted"), 0.7), width: 1.25, dash: [3, 4], points: { show: false } },
      {
        stroke: colour(drawn.colour),
        width: 2,
        fill: (u) => fade(u, colour(drawn.colour)),
        points: { show: last < 1, size: 8 },
      },
    ],
    hooks: {
      setCursor: [(u) => drawn.pointed(u.cursor.idx ?? null, u.cursor.left ?? 0)],
      setSelect: [
        (u) => {
          if (u.select.width < 8) return;
          const from = Math.max(0, Math.ceil(u.posToVal(u.select.left, "x") - 0.25));
          const to = Math.min(last, Math.floor(u.posToVal(u.select.left + u.select.width, "x") + 0.25));
          if (from <= to) drawn.zoomed(from, to);
        },
      ],
    },
  };
}

function ceiling(most: number): number {
  return most > 0 ? Math.max(most * 1.08, 4) : 4;
}

/** Evenly spread places for labels; for hours of several days only at their midnights. */
function spread(dates: string[], interval: string, room: number): number[] {
  const all = dates.map((_, index) => index);
  const days = interval === "hour" && dates.length > 48 ? all.filter((index) => dates[index]!.endsWith("T00:00")) : all;
  const step = Math.ceil(days.length / room);
  return days.filter((_, index) => index % step === 0);
}

function fade(u: uPlot, colour: string): CanvasGradient {
  const gradient = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + u.bbox.height);
  gradient.addColorStop(0, withAlpha(colour, 0.2));
  gradient.addColorStop(1, withAlpha(colour, 0.01));
  return gradient;
}

const withAlpha = (colour: string, alpha: number) => colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
