/** What the project's owner decided, as GET /v1/config tells it. */
import { backoff, request } from "./request";
import { warn } from "./guard";

export interface Settings {
  events: { session?: boolean; page?: boolean; mouse?: boolean };
  privacy: {
    blockSelectors?: string[];
    storage?: "local" | "none";
    respectDoNotTrack?: boolean;
    respectGpc?: boolean;
  };
  sampling: { sessionSampleRate?: number };
  timeoutMs: number;
  /** How long a click may stay without an answer. */
  deadWindowMs: number;
}

const MAX_TRIES = 8;

/** The settings; null where the server says that there are none for this key, or can't be reached at all. */
export async function loadSettings(endpoint: string, key: string): Promise<Settings | null> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { status, answer, wait } = await request(`${endpoint}/v1/config?key=${encodeURIComponent(key)}`);
    if (status === 200) return read((answer as { data?: unknown } | null)?.data);
    if (status >= 400 && status < 500 && status !== 429) {
      warn(
        `the server refused the key (status ${status}), nothing will be sent. Check data-key and the allowed domains.`,
      );
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, wait ?? backoff(tries)));
  }
  return null;
}

function read(data: unknown): Settings {
  const {
    settings,
    session_timeout_minutes: minutes,
    dead_window_ms,
  } = (data ?? {}) as {
    settings?: Partial<Settings>;
    session_timeout_minutes?: number;
    dead_window_ms?: number;
  };
  return {
    events: settings?.events ?? {},
    privacy: settings?.privacy ?? {},
    sampling: settings?.sampling ?? {},
    timeoutMs: (minutes || 30) * 60_000,
    deadWindowMs: dead_window_ms || 1000,
  };
}

/** Whether the visitor's browser asks not to be followed and the project heeds it. */
export function refused({ privacy }: Settings): boolean {
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
  return Boolean(
    (privacy.respectDoNotTrack && browser.doNotTrack === "1") || (privacy.respectGpc && browser.globalPrivacyControl),
  );
}
