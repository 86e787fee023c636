/** What the project's owner decided, as GET /v1/config tells it. */
import { backoff, request } from "./request";
import { warn } from "./guard";

export interface Settings {
  events: Partial<Record<"session" | "page" | "click" | "scroll" | "mouse" | "error" | "replay", boolean>>;
  privacy: {
    maskAllInputs?: boolean;
    blockSelectors?: string[];
    storage?: "local" | "none";
    respectDoNotTrack?: boolean;
    respectGpc?: boolean;
  };
  sampling: { sessionSampleRate?: number; replaySampleRate?: number };
  timeoutMs: number;
  /** How long a click may stay without an answer. */
  deadWindowMs: number;
  /** Percent of the sessions that are recorded, or watched for trouble. */
  replayRate: number;
  /** All that the server told, for the recorder. */
  all: Config;
}

/** The answer of GET /v1/config, as far as a script in a page needs it. */
export interface Config {
  settings?: Partial<Pick<Settings, "events" | "privacy" | "sampling">> & { replay?: ReplaySettings };
  session_timeout_minutes?: number;
  dead_window_ms?: number;
  rage_clicks?: number;
  rage_window_ms?: number;
  rage_radius_px?: number;
}

/** Which sessions are recorded, and what of them beside the page itself. */
export interface ReplaySettings {
  /** Every session, a share of them, or what led to trouble and all that comes after. Default: a share. */
  mode?: "always" | "share" | "trouble";
  /** Events that count as trouble. */
  triggerEvents?: string[];
  console?: boolean;
  network?: boolean;
  /** Hosts whose addresses are told with their query. */
  keepQueryOf?: string[];
}

const MAX_TRIES = 8;

/** The settings; null where the server says that there are none for this key, or can't be reached at all. */
export async function loadSettings(endpoint: string, key: string): Promise<Settings | null> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { status, answer, wait } = await request(`${endpoint}/v1/config?key=${encodeURIComponent(key)}`);
    if (status === 200) return read((answer as { data?: unknown } | null)?.data);
    if (status >= 400 && status < 500 && status !== 429) {
      warn(`the server refused the key (status ${status}); is this domain allowed?`);
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, wait ?? backoff(tries)));
  }
  return null;
}

/** What holds where nobody can be asked: a server that runs with --dev knows no key. */
export const plainSettings = (): Settings => read({});

function read(data: unknown): Settings {
  const all = (data ?? {}) as Config;
  const { events = {}, privacy = {}, sampling = {}, replay } = all.settings ?? {};
  const share = (replay?.mode ?? "share") === "share";
  return {
    events,
    privacy,
    sampling,
    timeoutMs: (all.session_timeout_minutes || 30) * 60_000,
    deadWindowMs: all.dead_window_ms || 1000,
    replayRate: events.replay === false ? 0 : share ? (sampling.replaySampleRate ?? 0) : 100,
    all,
  };
}

/** Whether the visitor's browser asks not to be followed and the project heeds it. */
export function refused({ privacy }: Settings): boolean | undefined {
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
  return (
    (privacy.respectDoNotTrack && browser.doNotTrack === "1") || (privacy.respectGpc && browser.globalPrivacyControl)
  );
}
