/** The rule behind each signal, with the project's own numbers in it, to be shown wherever the signal is. */
import type { SignalType, Thresholds } from "../api/types";
import type { IconName } from "../parts/Icon.svelte";
import { count } from "./numbers";

export function ruleOf(t: Thresholds): Record<SignalType, string> {
  const n = (name: keyof Thresholds) => count(t[name]);
  return {
    rage_click: `At least ${n("rage_clicks")} clicks in ${n("rage_window_ms")} ms within ${n("rage_radius_px")} px of their centre.`,
    dead_click: `A click on something that looks clickable, and nothing happened within ${n("dead_window_ms")} ms.`,
    error_click: `A JavaScript error within ${n("error_window_ms")} ms after a click.`,
    thrashed_cursor: `At least ${n("thrash_turns")} turns of over ${n("thrash_angle_degrees")}° in ${n("thrash_window_ms")} ms at ${n("thrash_speed_px_s")} px/s or more.`,
  };
}

/** What was found, in a few words: `7 clicks in 1,200 ms`. */
export function detailOf(type: SignalType, details: Record<string, unknown>): string {
  const n = (name: string) => count(Number(details[name] ?? 0));
  switch (type) {
    case "rage_click":
      return `${n("click_count")} clicks in ${n("time_window_ms")} ms`;
    case "error_click":
      return `${String(details.message || "An error")} after ${n("delay_ms")} ms`;
    case "thrashed_cursor":
      return `${n("turns")} turns in ${n("time_window_ms")} ms at ${n("speed_px_per_s")} px/s`;
    case "dead_click":
      return "";
  }
}

export const signalLook: Record<SignalType | "error", { icon: IconName; colour: string }> = {
  rage_click: { icon: "rage", colour: "rage" },
  dead_click: { icon: "dead", colour: "dead" },
  error_click: { icon: "error_click", colour: "error" },
  thrashed_cursor: { icon: "thrashed", colour: "thrashed" },
  error: { icon: "error", colour: "error" },
};
