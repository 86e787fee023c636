/** What the API says of a session's replay (contract 1, section 6). */

/** Why there is a replay, or why there is none. */
export type Status = "available" | "not_sampled" | "disabled" | "disk_full" | "expired";

export type ChunkItem = { index: number; timestamp_start: string; timestamp_end: string; url: string };

/** Something that happened, as a mark on the timeline. `event_id` is null for what the server found itself. */
export type Mark = {
  timestamp: string;
  type: string;
  label: string;
  event_id: string | null;
  url: string | null;
  error_id?: string | null;
};

export type Replay = {
  session_id: string;
  visitor_id: string;
  status: Status;
  is_live: boolean;
  started_at: string;
  duration_ms: number;
  chunks: ChunkItem[];
  events_timeline: Mark[];
};
