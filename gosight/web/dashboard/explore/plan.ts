/** What of a result a chart draws; or why none can be drawn of it. */
import type { Shown } from "../api/types";
import type { Answer } from "./desk.svelte";
import { kindOf, written, type Kind, type Value } from "./values";

export const MOST_LINES = 6;
const MOST_BARS = 50;

/** Points of time in seconds. */
export type LinePlan = {
  kind: "line";
  x: string;
  y: string[];
  at: number[];
  lines: { name: string; values: (number | null)[] }[];
  isTime: boolean;
  isDay: boolean;
  cut: number;
};
export type BarPlan = {
  kind: "bars";
  x: string;
  y: string[];
  rows: { name: string; isNull: boolean; values: (number | null)[] }[];
  cut: number;
};
export type Plan = LinePlan | BarPlan;

const NO_NUMBER = "No chart: the result has no column of numbers to draw. Count something: count() AS events.";

export function planFor(shown: Shown, answer: Answer, zone: string): Plan | string {
  if (shown.kind === "table") return "";
  if (!answer.rows.length) return "No chart: the result has no rows.";
  const columns = answer.columns.map((column, index) => ({ ...column, index, kind: kindOf(column.type) }));
  const x = columns.find(({ name }) => name === shown.x) ?? usualX(columns, shown.kind);
  const numbers = columns.filter((column) => column.kind === "number" && column !== x);
  if (!numbers.length) return NO_NUMBER;
  if (!x) {
    return shown.kind === "line"
      ? "No line: the result has no column of times. Group by one: toStartOfHour(timestamp) AS hour. Bars may do."
      : "No bars: the result has one column alone. Group by what the bars should stand for.";
  }
  const wanted = numbers.filter(({ name }) => shown.y.includes(name));
  const y = (wanted.length ? wanted : numbers).slice(0, MOST_LINES);
  return shown.kind === "line" ? lines(answer.rows, x, y, columns) : bars(answer.rows, x, y, zone);
}

type At = { name: string; index: number; kind: Kind };

/** Columns that may stand below. */
export const canBeX = (kind: Shown["kind"], of: Kind): boolean =>
  kind === "line" ? of === "time" || of === "date" || of === "number" : of !== "json";

function usualX(columns: At[], kind: Shown["kind"]): At | undefined {
  const is = (...kinds: Kind[]) => columns.find((column) => kinds.includes(column.kind));
  const numbers = columns.filter((column) => column.kind === "number").length;
  if (kind === "line") return is("time", "date");
  return is("text", "flag") ?? is("time", "date") ?? (numbers > 1 ? is("number") : undefined);
}

function lines(rows: Value[][], x: At, y: At[], columns: At[]): LinePlan | string {
  const moment = (value: Value) =>
    value === null ? NaN : x.kind === "number" ? Number(value) : Date.parse(asMoment(String(value))) / 1000;
  const known = rows.filter((row) => Number.isFinite(moment(row[x.index])));
  if (!known.length) return `No line: every ${x.name} is null.`;
  const at = [...new Set(known.map((row) => moment(row[x.index])))].sort((one, other) => one - other);
  const place = new Map(at.map((value, index) => [value, index]));
  const by =
    at.length < known.length ? columns.find(({ kind, index }) => kind === "text" && index !== x.index) : undefined;
  const found = new Map<string, (number | null)[]>();
  const line = (name: string) => {
    if (!found.has(name))
      found.set(
        name,
        at.map(() => null),
      );
    return found.get(name)!;
  };
  for (const row of known) {
    const index = place.get(moment(row[x.index]))!;
    for (const column of y) {
      const value = row[column.index];
      const name = by
        ? [row[by.index] ?? "null", y.length > 1 ? column.name : ""].filter(Boolean).join(" · ")
        : column.name;
      line(name)[index] = value === null ? null : Number(value);
    }
  }
  const sum = (values: (number | null)[]) => values.reduce<number>((all, value) => all + Math.abs(value ?? 0), 0);
  const all = [...found].map(([name, values]) => ({ name, values }));
  if (by) all.sort((one, other) => sum(other.values) - sum(one.values));
  return {
    kind: "line",
    x: x.name,
    y: y.map(({ name }) => name),
    at,
    lines: all.slice(0, MOST_LINES),
    isTime: x.kind !== "number",
    isDay: x.kind === "date",
    cut: Math.max(0, all.length - MOST_LINES),
  };
}

function bars(rows: Value[][], x: At, y: At[], zone: string): BarPlan {
  return {
    kind: "bars",
    x: x.name,
    y: y.map(({ name }) => name),
    rows: rows.slice(0, MOST_BARS).map((row) => ({
      name: written(row[x.index], x.kind, zone) || "(empty)",
      isNull: row[x.index] === null,
      values: y.map(({ index }) => (row[index] === null ? null : Number(row[index]))),
    })),
    cut: Math.max(0, rows.length - MOST_BARS),
  };
}

const asMoment = (text: string) => (text.length === 10 ? `${text}T00:00Z` : text);
