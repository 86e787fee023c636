/**
 * The script tag: `<script defer src="https://HOST/gosight.js" data-key="gs_live_…"></script>`.
 *
 * A page that calls before this has loaded leaves its calls in a list, which is worked off here:
 * `window.gosight = window.gosight || []; gosight.push(["track", "Signed up"])`.
 */
import { createClient } from "./client";
import { guard } from "./core/guard";
import type { GoSight, QueuedCall } from "./gosight";

guard(() => {
  const waiting = window.gosight as Partial<GoSight> | QueuedCall[] | undefined;
  if (waiting && "init" in waiting) return;
  const tag =
    (document.currentScript as HTMLScriptElement | null) ??
    document.querySelector<HTMLScriptElement>("script[data-key][src*='gosight.js']");
  const client = createClient(tag?.src ? new URL(tag.src).origin : null);
  const call = guard(([method, ...args]: QueuedCall) => (client[method] as (...args: unknown[]) => void)(...args));
  const push = (...calls: QueuedCall[]): void => calls.forEach(call);
  window.gosight = { ...client, push };
  const { key, endpoint, autoPage, release } = tag?.dataset ?? {};
  if (key) client.init({ key, endpoint, autoPage: autoPage !== "false", release });
  if (Array.isArray(waiting)) push(...waiting);
})();
