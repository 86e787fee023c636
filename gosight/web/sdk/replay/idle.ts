/** Work that can wait until the page has nothing to do. */
import { guard } from "../core/guard";

/** A busy page is interrupted after this. */
const LATEST_MS = 1000;
/** Where the browser does not tell when it is idle (Safari). */
const SOON_MS = 50;
const SLICE_MS = 4;

/** `work` is asked again and again while it answers true and there is time, and later for the rest. */
export function whenIdle(work: () => boolean): void {
  const run = guard((deadline?: IdleDeadline) => {
    const end = performance.now() + SLICE_MS;
    const left = (): number => deadline?.timeRemaining() ?? end - performance.now();
    let more = work();
    while (more && left() > 1) more = work();
    if (more) whenIdle(work);
  });
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: LATEST_MS });
  else setTimeout(run, SOON_MS);
}

/** Resolves when the page had its turn. */
export const breath = (): Promise<void> =>
  new Promise((resolve) =>
    whenIdle(() => {
      resolve();
      return false;
    }),
  );
