/**
 * Names for the API's shapes. They come from schema.d.ts, which `npm run api-types` makes from the server's openapi.json:
 * where the API changes, svelte-check says what no longer fits. Times are ISO 8601 in UTC, durations carry their unit.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** The server always sends a setting; in a body it may be left out, and one schema says both. */
type Whole<T> = T extends unknown[] ? T : T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;

export type Role = Schemas["Role"];
export type Permission = Schemas["Permission"];
export type Meta = Schemas["Meta"];
export type Me = Schemas["User"];
export type Login = Schemas["SignedIn"];

export type Project = Omit<Schemas["ProjectDetail"], "settings"> & { settings: Settings };
export type ProjectItem = Schemas["ProjectItem"];
export type Settings = Whole<Schemas["Settings"]>;
export type CollectedKind = keyof Schemas["EventSettings"];
/** The description has no word for a text with a bounded length. */
export type ReplaySettings = Settings["replay"] & { triggerEvents: string[]; keepQueryOf: string[] };
export type Thresholds = Schemas["SignalSettings"];
export type FirstEvent = Schemas["FirstEvent"];
export type Key = Schemas["KeyItem"];
export type NewKey = Schemas["NewKey"];
export type KeyPermission = "write" | "read" | "admin";
export type Member = Schemas["MemberItem"];
export type NewInvitation = Schemas["Invited"];

export type Interval = Schemas["Interval"];
export type Point = Schemas["Point"];
export type Change = number | null;
export type Summary = Schemas["Summary"];
export type Insights = Schemas["Insights"];
export type Charts = Schemas["Charts"];
export type BreakdownBy = Schemas["Dimension"];
export type BreakdownItem = Schemas["BreakdownItem"];

export type LiveNow = Schemas["LiveNow"];
export type LiveVisit = Schemas["LiveVisit"];
export type LiveEvent = Schemas["LiveEvent"];

export type SessionItem = Schemas["SessionItem"];
export type Session = Schemas["SessionDetail"];
export type Device = SessionItem["device"];
export type Place = SessionItem["location"];
export type SessionEvent = Schemas["EventItem"];
export type Signal = Schemas["SignalItem"];
export type SignalType = Signal["type"];
export type UxInsights = Schemas["UxInsights"];
export type InsightItem = Schemas["InsightItem"];
export type Hotspot = Schemas["Hotspot"];
export type PageHeatmap = Schemas["PageHeatmap"];
export type ClickedPage = Schemas["ClickedPage"];
export type HeatmapKind = Schemas["HeatmapKind"];
export type Preset = Schemas["Preset"];
export type ErrorItem = Schemas["ErrorItem"];
export type ErrorDetail = Schemas["ErrorDetail"];
export type ErrorStatus = Schemas["ErrorStatus"];
export type Occurrence = Schemas["OccurrenceItem"];
export type StackFrame = Schemas["FrameItem"];
export type User = Schemas["Person"];
export type Visitor = Schemas["VisitorDetail"];
export type TimelineItem = Schemas["TimelineItem"];

export type Replay = Schemas["SessionReplay"];
export type ReplayMark = Schemas["ReplayMark"];
export type ReplayStatus = Schemas["ReplayStatus"];

export type TimedFigures = Schemas["TimedFigures"];
export type TimedDay = Schemas["TimedDay"];
export type TimedHour = Schemas["TimedHour"];
export type TimedSessionItem = Schemas["TimedSessionItem"];
export type TimedState = Schemas["TimedState"];

export type System = Schemas["System"];
export type SystemLine = Schemas["SystemLine"];
export type SystemProject = Schemas["SystemProject"];

export type AlertRule = Schemas["AlertRule"];
export type AlertCondition = Schemas["Condition"];
export type AlertPast = Schemas["HistoryItem"];
export type AlertPreview = Schemas["Preview"];

/** What of the overview can be opened as a query. */
export type Figure = Schemas["Figure"];
export type SavedItem = Schemas["SavedItem"];
export type SavedQuery = Schemas["SavedQuery"];
export type Shown = Required<Schemas["Shown"]>;

export type Channel = Schemas["ShownChannel"];
export type ChannelKind = Schemas["Kind"];
export type ChannelWish = Schemas["ChannelWish"];
export type NewChannel = Schemas["NewChannel"];
export type DeliveryState = Schemas["State"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type Attempt = Schemas["AttemptItem"];
