/** Every question and every change that the dashboard knows. */
import { ask, patch, post, remove, type Ask } from "./ask";
import { forget, keepToken, renew } from "./client";
import type { ErrorItem, ErrorStatus, Interval, KeyPermission, Login, Me, Occurrence, Project, Role } from "./types";
import type { components } from "./schema";

export type { Ask } from "./ask";

const PROJECT = "/api/v1/projects/{project}";
type Schemas = components["schemas"];
/** What every figure and list may ask for. */
type Narrowed = Record<string, string | number | boolean | null | undefined>;

export const questions = {
  setup: () => ask("/api/v1/setup", {}),
  me: () => ask("/api/v1/me", {}),
  devices: () => ask("/api/v1/me/sessions", {}),
  projects: () => ask("/api/v1/projects", {}),
  project: (project: string): Ask<Project> => ask(PROJECT, { project }) as Ask<Project>,
  firstEvent: (project: string) => ask(`${PROJECT}/first-event`, { project }),
  keys: (project: string) => ask(`${PROJECT}/api-keys`, { project }),
  members: (project: string) => ask(`${PROJECT}/members`, { project }),
  invitations: (project: string) => ask(`${PROJECT}/invitations`, { project }),
  invitation: (token: string) => ask("/api/v1/invitations/{token}", { token }),
  overview: (project: string, query: Narrowed & { interval: Interval }) =>
    ask(`${PROJECT}/overview`, { project }, query),
  live: (project: string) => ask(`${PROJECT}/live`, { project }),
  online: (project: string) => ask(`${PROJECT}/online`, { project }),
  breakdown: (project: string, query: Narrowed & { by: Schemas["Dimension"] }) =>
    ask(`${PROJECT}/breakdown`, { project }, query),
  sessions: (project: string, query: Narrowed) => ask(`${PROJECT}/sessions`, { project }, query),
  session: (project: string, session_id: string) => ask(`${PROJECT}/sessions/{session_id}`, { project, session_id }),
  sessionEvents: (project: string, session_id: string, query: Narrowed) =>
    ask(`${PROJECT}/sessions/{session_id}/events`, { project, session_id }, query),
  replay: (project: string, session_id: string) =>
    ask(`${PROJECT}/sessions/{session_id}/replay`, { project, session_id }),
  insights: (project: string, query: Narrowed & { interval: Interval }) =>
    ask(`${PROJECT}/insights`, { project }, query),
  heatmap: (project: string, query: Narrowed & { type: Schemas["HeatmapKind"] }) =>
    ask(`${PROJECT}/heatmaps`, { project }, query),
  seenPage: (project: string, query: Narrowed) => ask(`${PROJECT}/heatmaps/page`, { project }, query),
  heatmapPages: (project: string, query: Narrowed) => ask(`${PROJECT}/heatmaps/pages`, { project }, query),
  presets: (project: string) => ask(`${PROJECT}/insights/presets`, { project }),
  errors: (project: string, query: Narrowed): Ask<ErrorItem[]> =>
    ask(`${PROJECT}/errors`, { project }, query) as Ask<ErrorItem[]>,
  occurrences: (project: string, error_id: string, query: Narrowed): Ask<Occurrence[]> =>
    ask(`${PROJECT}/errors`, { project }, { ...query, error_id, grouped: false }) as Ask<Occurrence[]>,
  error: (project: string, error_id: string, query: Narrowed) =>
    ask(`${PROJECT}/errors/{error_id}`, { project, error_id }, query),
  alerts: (project: string) => ask(`${PROJECT}/alerts`, { project }),
  alert: (project: string, alert: string) => ask(`${PROJECT}/alerts/{alert}`, { project, alert }),
  alertHistory: (project: string, query: Narrowed) => ask(`${PROJECT}/alerts/history`, { project }, query),
  alertHistoryRules: (project: string) => ask(`${PROJECT}/alerts/history/rules`, { project }),
  sqlSchema: (project: string) => ask(`${PROJECT}/sql/schema`, { project }),
  figureSql: (project: string, query: Narrowed & { metric: Schemas["Figure"]; interval: Interval | null }) =>
    ask(`${PROJECT}/overview/sql`, { project }, query),
  savedQueries: (project: string) => ask(`${PROJECT}/queries`, { project }),
  savedQuery: (project: string, query_id: string) => ask(`${PROJECT}/queries/{query_id}`, { project, query_id }),
  channels: (project: string) => ask(`${PROJECT}/channels`, { project }),
  deliveries: (project: string, query: Narrowed & { state: Schemas["State"] | null }) =>
    ask(`${PROJECT}/deliveries`, { project }, query),
  delivery: (project: string, delivery: string) => ask(`${PROJECT}/deliveries/{delivery}`, { project, delivery }),
  sourcemap: (project: string, map_id: string) => ask(`${PROJECT}/sourcemaps/{map_id}`, { project, map_id }),
  timedFigures: (project: string, query: Narrowed) => ask(`${PROJECT}/timed-sessions/figures`, { project }, query),
  timedSessions: (project: string, query: Narrowed & { status: Schemas["TimedState"] | null }) =>
    ask(`${PROJECT}/timed-sessions`, { project }, query),
  system: (project: string, query: { range: Schemas["Reach"] }) => ask(`${PROJECT}/system`, { project }, query),
  visitor: (project: string, visitor_id: string) => ask(`${PROJECT}/visitors/{visitor_id}`, { project, visitor_id }),
  timeline: (project: string, visitor_id: string, query: Narrowed) =>
    ask(`${PROJECT}/visitors/{visitor_id}/timeline`, { project, visitor_id }, query),
};

async function enter(opening: Promise<Login>): Promise<Me> {
  const login = await opening;
  keepToken(login);
  return login.user;
}

export const changes = {
  renew,
  forget,
  signIn: (email: string, password: string) => enter(post("/api/v1/auth/login", {}, { email, password })),
  setUp: (body: Schemas["FirstMember"]) => enter(post("/api/v1/setup", {}, body)),
  accept: (token: string, body: Schemas["Acceptance"]) =>
    enter(post("/api/v1/invitations/{token}/accept", { token }, body)),
  signOut: () => post("/api/v1/auth/logout", {}, {}).finally(() => keepToken(null)),

  editMe: (body: Schemas["MyChange"]) => patch("/api/v1/me", {}, body),
  signOutDevice: (login: string) => remove("/api/v1/me/sessions/{login}", { login }),

  addProject: (body: Schemas["NewProject"]) => post("/api/v1/projects", {}, body),
  editProject: (project: string, body: Schemas["ProjectChange"]) => patch(PROJECT, { project }, body),
  deleteProject: (project: string) => remove(PROJECT, { project }),
  rotateSecret: (project: string) => post(`${PROJECT}/secret`, { project }, {}),

  addKey: (project: string, body: { name: string; permissions: KeyPermission[] }) =>
    post(`${PROJECT}/api-keys`, { project }, body),
  revokeKey: (project: string, key: string) => remove(`${PROJECT}/api-keys/{key}`, { project, key }),

  addAlert: (project: string, body: Schemas["RuleWish"]) => post(`${PROJECT}/alerts`, { project }, body),
  editAlert: (project: string, alert: string, body: Schemas["RuleChange"]) =>
    patch(`${PROJECT}/alerts/{alert}`, { project, alert }, body),
  removeAlert: (project: string, alert: string) => remove(`${PROJECT}/alerts/{alert}`, { project, alert }),
  testAlert: (project: string, alert: string) => post(`${PROJECT}/alerts/{alert}/test`, { project, alert }, {}),
  previewAlert: (project: string, body: Schemas["PreviewWish"]) => post(`${PROJECT}/alerts/preview`, { project }, body),

  addQuery: (project: string, body: Schemas["SavedWish"]) => post(`${PROJECT}/queries`, { project }, body),
  editQuery: (project: string, query_id: string, body: Schemas["SavedChange"]) =>
    patch(`${PROJECT}/queries/{query_id}`, { project, query_id }, body),
  removeQuery: (project: string, query_id: string) => remove(`${PROJECT}/queries/{query_id}`, { project, query_id }),

  addChannel: (project: string, body: Schemas["ChannelWish"]) => post(`${PROJECT}/channels`, { project }, body),
  editChannel: (project: string, channel: string, body: Schemas["ChannelChange"]) =>
    patch(`${PROJECT}/channels/{channel}`, { project, channel }, body),
  renewChannelSecret: (project: string, channel: string) =>
    post(`${PROJECT}/channels/{channel}/secret`, { project, channel }, {}),
  testChannel: (project: string, channel: string) =>
    post(`${PROJECT}/channels/{channel}/test`, { project, channel }, {}),
  removeChannel: (project: string, channel: string) => remove(`${PROJECT}/channels/{channel}`, { project, channel }),
  resend: (project: string, delivery: string) =>
    post(`${PROJECT}/deliveries/{delivery}/resend`, { project, delivery }, {}),

  setErrorStatus: (project: string, ids: string[], status: ErrorStatus) =>
    patch(`${PROJECT}/errors`, { project }, { ids, status }),

  invite: (project: string, body: { email: string; role: Role }) => post(`${PROJECT}/members`, { project }, body),
  withdraw: (project: string, invitation: string) =>
    remove(`${PROJECT}/invitations/{invitation}`, { project, invitation }),
  setRole: (project: string, member: string, role: Role) =>
    patch(`${PROJECT}/members/{member}`, { project, member }, { role }),
  removeMember: (project: string, member: string) => remove(`${PROJECT}/members/{member}`, { project, member }),
};
