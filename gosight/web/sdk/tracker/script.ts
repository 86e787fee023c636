/** The script tag: `<script src="https://HOST/tracker.js"></script>`, then `new AnalyticsTracker({…})`. */
import { guard } from "../core/guard";
import { trackerFrom } from "./tracker";

guard(() => {
  const tag = document.currentScript as HTMLScriptElement | null;
  (window as { AnalyticsTracker?: unknown }).AnalyticsTracker ??= trackerFrom(
    tag?.src ? new URL(tag.src).origin : null,
  );
})();
