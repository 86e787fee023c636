/** The four kinds of signals, as the insights page counts and draws them. */
import type { Point, SignalType, UxInsights } from "../api/types";

export const KINDS = ["rage_click", "dead_click", "error_click", "thrashed_cursor"] as const;
type Count = `${SignalType}s`;
type Points = UxInsights["over_time"];

export const kindOf = (asked: string | null): SignalType | null => KINDS.find((kind) => kind === asked) ?? null;
export const countOf = (summary: UxInsights["summary"], kind: SignalType): number => summary[`${kind}s` as Count];
export const changeOf = (summary: UxInsights["summary"], kind: SignalType): number | null =>
  summary[`${kind}s_change` as const];

/** One kind over time, or all together. */
export function seriesOf(points: Points, kind: SignalType | null): Point[] {
  const kinds: readonly SignalType[] = kind ? [kind] : KINDS;
  return points.map((point) => ({
    date: point.date,
    value: kinds.reduce<number>((sum, each) => sum + point[`${each}s` as Count], 0),
  }));
}
