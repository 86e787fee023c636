/** What the keyboard does in the player. */
import { after, before, type Happening } from "./marks";
import { SPEEDS, type Player } from "./player.svelte";

const STEP_MS = 5000;

export const KEYS: [string, string][] = [
  ["Space", "Play or pause"],
  ["← →", "5 seconds back, on"],
  ["Shift ← →", "To the event before, after"],
  ["Home, End", "To the start, the end"],
  ["1 2 3 4", "Speed 1×, 2×, 4×, 8×"],
  [", .", "Slower, faster"],
  ["s", "Skip inactivity, or not"],
  ["f", "Full screen"],
  ["m", "Copy a link to this moment"],
  ["?", "This list"],
];

export type Doings = { full(): void; copy(): void; help(): void };

/** Whether the key was one of ours. */
export function press(event: KeyboardEvent, player: Player, marks: Happening[], doings: Doings): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { key, shiftKey } = event;
  const to = (at: number | undefined) => at !== undefined && void player.seek(at);
  const does: Record<string, () => unknown> = {
    " ": player.toggle,
    k: player.toggle,
    ArrowLeft: () => to(shiftKey ? before(marks, player.at)?.at : player.at - STEP_MS),
    ArrowRight: () => to(shiftKey ? after(marks, player.at)?.at : player.at + STEP_MS),
    Home: () => to(player.start),
    End: () => to(player.end),
    ",": () => faster(player, -1),
    ".": () => faster(player, 1),
    s: () => (player.skips = !player.skips),
    f: doings.full,
    m: doings.copy,
    "?": doings.help,
  };
  if (/^[1-4]$/.test(key)) player.setSpeed(SPEEDS[Number(key)]!);
  else if (does[key]) does[key]();
  else return false;
  return true;
}

function faster(player: Player, by: number): void {
  const next = SPEEDS[SPEEDS.indexOf(player.speed) + by];
  if (next) player.setSpeed(next);
}

/** Controls that use a key themselves. */
export function isTaken(event: KeyboardEvent): boolean {
  const at = event.target as Element | null;
  if (at?.closest?.("input, select, textarea, [contenteditable], [role=tablist], dialog")) return true;
  return (event.key === " " || event.key === "Enter") && !!at?.closest?.("button, a, summary");
}
