/** What the charts of this page draw, and in which words. */
import type { SystemLine } from "../api/types";
import { eventName } from "../words/names";
import { decimal } from "../words/numbers";

export type Line = { name: string; values: (number | null)[] };

const MOST = 6; // as many colours as can be told from each other

const names: Record<string, string> = {
  custom: "Custom",
  ok: "Answered",
  refused: "Refused",
  failed: "Failed",
  model: "By a model",
  catalogue: "From the catalogue",
  cache: "Remembered",
  invalid: "Invalid",
  rate_limited: "Too many",
  unavailable: "Server not ready",
  other: "Other",
};

/** The most frequent ones; the rest as one line. */
export function linesOf(given: SystemLine[]): Line[] {
  const named = given.map(({ name, values }) => ({ name: names[name] ?? eventName(name), values }));
  if (named.length <= MOST) return named;
  const rest = named.slice(MOST - 1);
  const sum = (at: number) => rest.reduce((all, { values }) => all + values[at]!, 0);
  return [...named.slice(0, MOST - 1), { name: "All others", values: rest[0]!.values.map((_, at) => sum(at)) }];
}

/** Half of them and all but one in a hundred were at most so slow; none where nothing was timed. */
export function latencies(p50: (number | null)[], p99: (number | null)[]): Line[] {
  if (p50.every((value) => value === null)) return [];
  return [
    { name: "Half within", values: p50 },
    { name: "99% within", values: p99 },
  ];
}

const hundredth = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** 0.07 where a tenth would be nothing */
export const rate = (value: number): string => (value < 10 ? hundredth.format(value) : decimal(value));

/** 0.4 ms, 250 ms, 1.5 s */
export const ms = (value: number): string =>
  value < 1000 ? `${value < 10 ? decimal(value) : Math.round(value)} ms` : `${decimal(value / 1000)} s`;
