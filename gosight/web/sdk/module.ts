/** `import gosight from "https://HOST/gosight.mjs"`, then `gosight.init({key})`. */
import { createClient } from "./client";
import type { GoSight } from "./gosight";

/** Once a bundler has taken it in, this address is the page's own: there `init` needs the endpoint. */
const { protocol, origin } = new URL(import.meta.url);

const gosight: GoSight = createClient(protocol.startsWith("http") ? origin : null);
export default gosight;
