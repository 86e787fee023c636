/** The states of a timed session, and what a person calls them. */
import type { TimedState } from "../api/types";

export const STATES: TimedState[] = ["active", "paused", "ended"];

export const stateName: Record<TimedState, string> = { active: "Active", paused: "Paused", ended: "Ended" };
