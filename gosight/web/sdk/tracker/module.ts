/** `import AnalyticsTracker from "https://HOST/tracker.js"`. */
import { trackerFrom } from "./tracker";

/** Once a bundler has taken it in, this address is the page's own: there `apiUrl` is needed. */
const { protocol, origin } = new URL(import.meta.url);

export const AnalyticsTracker = trackerFrom(protocol.startsWith("http") ? origin : null);
export default AnalyticsTracker;
