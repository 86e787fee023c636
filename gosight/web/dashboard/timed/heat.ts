/** How strongly a cell is coloured: four steps of the accent over the ground, by its share of the largest one. */
export const STEPS = 4;

export function step(value: number, most: number): number {
  return value <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil((value / most) * STEPS));
}

const shares = ["0%", "22%", "44%", "70%", "100%"];

export const colour = (step: number): string =>
  step ? `color-mix(in oklab, var(--accent) ${shares[step]}, var(--surface))` : "var(--sunk)";

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export const hourName = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;
