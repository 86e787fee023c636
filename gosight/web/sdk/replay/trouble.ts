/** Whether something went wrong: an error, a rage click, or an event that the project named. */
import type { Tell } from "../core/recorder";
import type { Settings } from "../core/settings";

/** The contract's, where the server does not tell the project's. */
const RAGE_CLICKS = 5;
const RAGE_WINDOW_MS = 2000;
const RAGE_RADIUS_PX = 50;

type Click = [at: number, x: number, y: number];

/** Answers whether this event, with those before it, is trouble. */
export function createTroubleWatch({ all }: Settings): (event: Parameters<Tell>[0]) => boolean {
  const names = all.settings?.replay?.triggerEvents ?? [];
  const count = all.rage_clicks ?? RAGE_CLICKS;
  const windowMs = all.rage_window_ms ?? RAGE_WINDOW_MS;
  const radius = all.rage_radius_px ?? RAGE_RADIUS_PX;
  let clicks: Click[] = [];

  /** Enough clicks within the time, all near their centre. */
  function isRage(): boolean {
    const [first, last] = [clicks[0]!, clicks[clicks.length - 1]!];
    if (clicks.length < count || last[0] - first[0] > windowMs) return false;
    const centre = (of: 1 | 2): number => clicks.reduce((sum, click) => sum + click[of], 0) / clicks.length;
    const [x, y] = [centre(1), centre(2)];
    return clicks.every((click) => Math.hypot(click[1] - x, click[2] - y) <= radius);
  }

  return ({ type, name, payload }) => {
    if (type === "js_error") return true;
    if (type === "custom") return names.includes(name ?? "");
    if (type !== "click") return false;
    clicks = [...clicks, [Date.now(), Number(payload?.x), Number(payload?.y)] as Click].slice(-count);
    return isRage();
  };
}
