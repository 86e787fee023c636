/** What the API speaks, as contract 1 and its extensions say it. Times are ISO 8601 in UTC, durations carry their unit. */

export type Role = "owner" | "admin" | "member" | "viewer";

export type Permission =
  | "project.read"
  | "project.write"
  | "project.delete"
  | "keys.read"
  | "keys.write"
  | "members.read"
  | "members.write"
  | "analytics.read"
  | "personal.read"
  | "replay.read"
  | "export.read"
  | "sql.read";

export type Meta = { page: number; per_page: number; total: number; total_pages: number };

export type Me = { id: string; email: string; name: string };
export type Login = { access_token: string; expires_in: number; token_type: string; user: Me };
export type SignedInDevice = {
  id: string;
  created_at: string;
  last_used_at: string;
  ip: string | null;
  user_agent: string | null;
  current: boolean;
};

export type ProjectItem = {
  id: string;
  name: string;
  slug: string;
  allowed_domains: string[];
  created_at: string;
  role: Role;
  permissions: Permission[];
  stats: { sessions_today: number; events_today: number };
};
export type NewProject = { id: string; name: string; slug: string; api_key: string; allowed_domains: string[] };

export type Settings = {
  timezone: string;
  session_timeout_minutes: number;
  events: Record<CollectedKind, boolean>;
  privacy: {
    maskAllInputs: boolean;
    blockSelectors: string[];
    anonymizeIp: boolean;
    storage: "local" | "none";
    respectDoNotTrack: boolean;
    respectGpc: boolean;
  };
  sampling: { sessionSampleRate: number; replaySampleRate: number };
  signals: Thresholds;
};
export type CollectedKind = "session" | "page" | "click" | "scroll" | "mouse" | "error" | "replay";
export type Thresholds = Record<
  | "rage_clicks"
  | "rage_window_ms"
  | "rage_radius_px"
  | "dead_window_ms"
  | "error_window_ms"
  | "thrash_turns"
  | "thrash_angle_degrees"
  | "thrash_window_ms"
  | "thrash_speed_px_s",
  number
>;
export type Project = {
  id: string;
  name: string;
  slug: string;
  allowed_domains: string[];
  settings: Settings;
  role: Role;
  permissions: Permission[];
  warnings: string[];
  created_at: string;
};
export type FirstEvent = {
  received: boolean;
  first_event_at: string | null;
  session_id: string | null;
  visitor_id: string | null;
  path: string | null;
};

export type KeyPermission = "write" | "read" | "admin";
export type Key = {
  id: string;
  name: string;
  key_prefix: string;
  permissions: KeyPermission[];
  is_active: boolean;
  last_used_at: string | null;
  created_at: string;
};
export type NewKey = { id: string; name: string; key: string; key_prefix: string; permissions: KeyPermission[] };

export type Member = { user_id: string; email: string; name: string; role: Role; joined_at: string };
export type Invitation = { id: string; email: string; role: Role; created_at: string; expires_at: string };
export type NewInvitation = { email: string; role: Role; invite_url: string; expires_at: string };
export type OpenInvitation = {
  project: { id: string; name: string };
  email: string;
  role: Role;
  has_account: boolean;
};

export type Interval = "hour" | "day" | "week" | "month";
export type Point = { date: string; value: number };
export type Change = number | null;

export type Summary = {
  users: number;
  users_change: Change;
  sessions: number;
  sessions_change: Change;
  pageviews: number;
  pageviews_change: Change;
  events: number;
  events_change: Change;
  pages_per_session: number | null;
  pages_per_session_change: Change;
  avg_session_duration: number | null;
  avg_session_duration_change: Change;
  bounce_rate: number | null;
  bounce_rate_change: Change;
};
export type Insights = {
  rage_clicks: number;
  rage_clicks_change: Change;
  dead_clicks: number;
  dead_clicks_change: Change;
  error_clicks: number;
  error_clicks_change: Change;
  thrashed_cursors: number;
  thrashed_cursors_change: Change;
  error_sessions: number;
  error_sessions_change: Change;
  frustrated_sessions: number;
  frustrated_sessions_change: Change;
};
export type Charts = {
  sessions_over_time: Point[];
  sessions_over_time_previous: Point[];
  pageviews_over_time: Point[];
  pageviews_over_time_previous: Point[];
  users_over_time: Point[];
  users_over_time_previous: Point[];
  top_pages: { path: string; views: number; avg_time: number | null; change: Change }[];
  entry_pages: { path: string; sessions: number; change: Change }[];
  exit_pages: { path: string; sessions: number; change: Change }[];
  top_referrers: { source: string; sessions: number; change: Change }[];
  utm_sources: { utm_source: string; sessions: number; change: Change }[];
  utm_mediums: { utm_medium: string; sessions: number; change: Change }[];
  utm_campaigns: { utm_campaign: string; sessions: number; change: Change }[];
  countries: { country: string | null; sessions: number; change: Change }[];
  browsers: { browser: string | null; sessions: number; change: Change }[];
  os: { os: string | null; sessions: number; change: Change }[];
  device_types: { device_type: string | null; sessions: number; change: Change }[];
};
export type Overview = {
  period: { start: string; end: string; timezone: string; interval: Interval };
  previous_period: { start: string; end: string };
  summary: Summary;
  charts: Charts;
  insights: Insights;
};

export type BreakdownBy =
  | "path"
  | "entry_path"
  | "exit_path"
  | "referrer"
  | "country"
  | "browser"
  | "os"
  | "device_type"
  | "utm_source"
  | "utm_medium"
  | "utm_campaign"
  | "user_id";
export type BreakdownRow = {
  value: string | null;
  sessions: number;
  users: number;
  pageviews: number;
  change: Change;
};

export type Device = {
  browser: string | null;
  browser_version?: string | null;
  os: string | null;
  os_version?: string | null;
  device_type: string | null;
  screen_resolution?: string | null;
  viewport?: string | null;
};
export type Place = {
  country: string | null;
  country_code?: string | null;
  region?: string | null;
  city: string | null;
};
export type SessionItem = {
  id: string;
  visitor_id: string;
  user_id: string | null;
  started_at: string;
  ended_at: string;
  duration_ms: number;
  entry_url: string | null;
  exit_url: string | null;
  entry_path: string | null;
  exit_path: string | null;
  source: string;
  page_count: number;
  event_count: number;
  click_count: number;
  error_count: number;
  rage_click_count: number;
  dead_click_count: number;
  error_click_count: number;
  thrashed_cursor_count: number;
  has_error: boolean;
  has_rage_click: boolean;
  has_dead_click: boolean;
  has_replay: boolean;
  is_bot: boolean;
  is_frustrated: boolean;
  device: Device;
  location: Place;
};

export type SignalType = "rage_click" | "dead_click" | "error_click" | "thrashed_cursor";
export type Signal = { type: SignalType; timestamp: string; url: string | null; target: string | null };
export type PageVisit = {
  url: string | null;
  path: string | null;
  title: string | null;
  entered_at: string;
  time_on_page_ms: number | null;
  scroll_depth: number | null;
};
export type User = { id: string; traits: Record<string, unknown> };
export type Session = {
  id: string;
  visitor_id: string;
  user_id: string | null;
  started_at: string;
  ended_at: string;
  duration_ms: number;
  source: string;
  referrer: string | null;
  language: string | null;
  timezone: string | null;
  is_bot: boolean;
  entry_url: string | null;
  exit_url: string | null;
  page_count: number;
  pages: PageVisit[];
  device: Device;
  location: Place;
  utm: { source: string | null; medium: string | null; campaign: string | null };
  stats: {
    event_count: number;
    click_count: number;
    error_count: number;
    rage_click_count: number;
    dead_click_count: number;
    error_click_count: number;
    thrashed_cursor_count: number;
  };
  insights: Signal[];
  user: User | null;
};
export type SessionEvent = {
  id: string;
  type: string;
  name: string | null;
  timestamp: string;
  url: string | null;
  path: string | null;
  payload: Record<string, unknown>;
};

export type Visitor = {
  visitor_id: string;
  user: User | null;
  first_seen: string;
  last_seen: string;
  sessions: number;
  pageviews: number;
  events: number;
  device: Device;
  location: Place;
  source: string;
  signals: Record<string, number>;
};
export type TimelineItem = {
  kind: string;
  id: string;
  type: string;
  name: string | null;
  timestamp: string;
  session_id: string | null;
  url: string | null;
  path: string | null;
  label: string | null;
  payload: Record<string, unknown>;
};
