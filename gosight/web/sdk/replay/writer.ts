/** The JSON of an event. Lines and addresses are looked through only now, when all that was masked is known. */
import { EventType, type eventWithTime } from "@rrweb/types";
import type { ReplaySettings } from "../core/settings";
import type { Line } from "./console";
import type { Asked } from "./network";
import type { Secrets } from "./secrets";

export const CONSOLE = "gosight/console";
export const NETWORK = "gosight/network";
const MAX_URL = 2048;
/** Halves of characters, which JSON writes as escapes and the server refuses. */
const HALF = /(^|[^\\])((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gi;

export function createWriter(secrets: Secrets, { keepQueryOf = [] }: ReplaySettings): (event: eventWithTime) => string {
  function address(url: string): string {
    const { protocol, host, hostname, origin, pathname, search } = new URL(url);
    if (!/^(https?|wss?):$/.test(protocol)) return `${protocol}…`;
    const keeps = keepQueryOf.includes(hostname) || keepQueryOf.includes(host);
    return secrets.cleanAddress(origin + pathname + (keeps ? search : "")).slice(0, MAX_URL);
  }

  function cleaned({ plugin, payload }: { plugin: string; payload: unknown }): unknown {
    if (plugin === NETWORK) return { ...(payload as Asked), url: address((payload as Asked).url) };
    const line = payload as Line;
    return { ...line, text: secrets.clean(line.text), ...(line.trace && { trace: secrets.clean(line.trace) }) };
  }

  return (event) => {
    const told =
      event.type === EventType.Plugin
        ? { ...event, data: { plugin: event.data.plugin, payload: cleaned(event.data) } }
        : event;
    const json = JSON.stringify(told);
    return json.includes("\\ud") ? json.replace(HALF, "$1$2\ufffd") : json;
  };
}
