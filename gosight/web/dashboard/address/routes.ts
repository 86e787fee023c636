/** Every address of the dashboard, and the page that it shows. A page's code is fetched when it is first needed. */
import type { Component } from "svelte";
import { questions } from "../api";

export type Params = Record<string, string>;
export type Page = Component<{ params: Params }>;
type Module = { default: Page | Component<Record<string, never>> };

export type Route = {
  pattern: string;
  page: () => Promise<Module>;
  /** public: needs nobody; member: needs somebody signed in; project: stands inside a project's frame */
  place: "public" | "member" | "project";
  /** project pages that show figures over a range: the bar holds range and filters */
  ranged?: boolean;
  /** what the page asks first, so that hovering a link can ask ahead */
  asks?: (params: Params) => { url: string };
};

export const ROUTES: Route[] = [
  { pattern: "/app/", page: () => import("../member/Projects.svelte"), place: "member" },
  { pattern: "/app/setup", page: () => import("../setup/Setup.svelte"), place: "public" },
  { pattern: "/app/sign-in", page: () => import("../member/SignIn.svelte"), place: "public" },
  { pattern: "/app/invitations/:token", page: () => import("../member/Accept.svelte"), place: "public" },
  { pattern: "/app/account", page: () => import("../member/Account.svelte"), place: "member" },
  { pattern: "/app/api", page: () => import("../reference/Reference.svelte"), place: "public" },
  { pattern: "/app/projects/new", page: () => import("../setup/NewProject.svelte"), place: "member" },
  { pattern: "/app/p/:project/install", page: () => import("../setup/Install.svelte"), place: "project" },
  {
    pattern: "/app/p/:project/overview",
    page: () => import("../overview/Overview.svelte"),
    place: "project",
    ranged: true,
  },
  {
    pattern: "/app/p/:project/overview/:by",
    page: () => import("../overview/Breakdown.svelte"),
    place: "project",
    ranged: true,
  },
  { pattern: "/app/p/:project/live", page: () => import("../live/Live.svelte"), place: "project" },
  {
    pattern: "/app/p/:project/sessions",
    page: () => import("../sessions/Sessions.svelte"),
    place: "project",
    ranged: true,
  },
  {
    pattern: "/app/p/:project/sessions/:session",
    page: () => import("../session/Session.svelte"),
    place: "project",
    asks: (params) => questions.session(params.project!, params.session!),
  },
  {
    pattern: "/app/p/:project/errors",
    page: () => import("../errors/Errors.svelte"),
    place: "project",
    ranged: true,
  },
  {
    pattern: "/app/p/:project/errors/:error",
    page: () => import("../error/ErrorPage.svelte"),
    place: "project",
    ranged: true,
  },
  {
    pattern: "/app/p/:project/sessions/:session/replay",
    page: () => import("../replay/Replay.svelte"),
    place: "project",
    asks: (params) => questions.replay(params.project!, params.session!),
  },
  {
    pattern: "/app/p/:project/insights",
    page: () => import("../insights/Insights.svelte"),
    place: "project",
    ranged: true,
  },
  {
    pattern: "/app/p/:project/heatmaps",
    page: () => import("../heatmaps/Heatmaps.svelte"),
    place: "project",
    ranged: true,
  },
  { pattern: "/app/p/:project/explore", page: () => import("../explore/Explore.svelte"), place: "project" },
  {
    pattern: "/app/p/:project/visitors/:visitor",
    page: () => import("../visitor/Visitor.svelte"),
    place: "project",
    asks: (params) => questions.visitor(params.project!, params.visitor!),
  },
  { pattern: "/app/p/:project/system", page: () => import("../system/System.svelte"), place: "project" },
  { pattern: "/app/p/:project/timed", page: () => import("../timed/Timed.svelte"), place: "project" },
  {
    pattern: "/app/p/:project/alerts",
    page: () => import("../alerts/Rules.svelte"),
    place: "project",
    asks: (params) => questions.alerts(params.project!),
  },
  { pattern: "/app/p/:project/alerts/history", page: () => import("../alerts/History.svelte"), place: "project" },
  { pattern: "/app/p/:project/alerts/rules/:alert", page: () => import("../alerts/Editor.svelte"), place: "project" },
  {
    pattern: "/app/p/:project/alerts/channels",
    page: () => import("../channels/Channels.svelte"),
    place: "project",
    asks: (params) => questions.channels(params.project!),
  },
  {
    pattern: "/app/p/:project/alerts/deliveries",
    page: () => import("../deliveries/Deliveries.svelte"),
    place: "project",
  },
  {
    pattern: "/app/p/:project/alerts/deliveries/:delivery",
    page: () => import("../deliveries/Delivery.svelte"),
    place: "project",
    asks: (params) => questions.delivery(params.project!, params.delivery!),
  },
  { pattern: "/app/p/:project/settings", page: () => import("../settings/General.svelte"), place: "project" },
  {
    pattern: "/app/p/:project/settings/collecting",
    page: () => import("../settings/Collecting.svelte"),
    place: "project",
  },
  { pattern: "/app/p/:project/settings/signals", page: () => import("../settings/Signals.svelte"), place: "project" },
  { pattern: "/app/p/:project/settings/timed", page: () => import("../settings/Timed.svelte"), place: "project" },
  { pattern: "/app/p/:project/settings/keys", page: () => import("../settings/Keys.svelte"), place: "project" },
  { pattern: "/app/p/:project/settings/members", page: () => import("../settings/Members.svelte"), place: "project" },
];

export function find(path: string): { route: Route; params: Params } | null {
  for (const route of ROUTES) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
}

function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [index, name] of wanted.entries()) {
    const part = given[index]!;
    if (name.startsWith(":")) params[name.slice(1)] = decoded(part);
    else if (name !== part) return null;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a lone % that somebody typed
  }
}

const part = encodeURIComponent;
const inProject = (project: string, rest: string) => `/app/p/${part(project)}/${rest}`;

/** Addresses, for links. */
export const to = {
  home: "/app/",
  signIn: (next: string) => `/app/sign-in${next === "/app/" ? "" : `?next=${part(next)}`}`,
  account: "/app/account",
  api: "/app/api",
  newProject: "/app/projects/new",
  install: (project: string) => inProject(project, "install"),
  overview: (project: string) => inProject(project, "overview"),
  breakdown: (project: string, by: string) => inProject(project, `overview/${by}`),
  live: (project: string) => inProject(project, "live"),
  sessions: (project: string) => inProject(project, "sessions"),
  session: (project: string, session: string) => inProject(project, `sessions/${part(session)}`),
  errors: (project: string) => inProject(project, "errors"),
  error: (project: string, error: string) => inProject(project, `errors/${part(error)}`),
  insights: (project: string) => inProject(project, "insights"),
  /** `at`: an event's own time, ISO 8601 */
  replay: (project: string, session: string, at?: string) =>
    inProject(project, `sessions/${part(session)}/replay${at ? `?at=${at}` : ""}`),
  heatmaps: (project: string) => inProject(project, "heatmaps"),
  explore: (project: string) => inProject(project, "explore"),
  timed: (project: string) => inProject(project, "timed"),
  system: (project: string) => inProject(project, "system"),
  alerts: (project: string) => inProject(project, "alerts"),
  /** a rule's id, or "new" */
  alert: (project: string, alert: string) => inProject(project, `alerts/rules/${part(alert)}`),
  alertHistory: (project: string) => inProject(project, "alerts/history"),
  channels: (project: string) => inProject(project, "alerts/channels"),
  deliveries: (project: string, channel?: string) =>
    inProject(project, `alerts/deliveries${channel ? `?channel=${part(channel)}` : ""}`),
  delivery: (project: string, delivery: string) => inProject(project, `alerts/deliveries/${part(delivery)}`),
  visitor: (project: string, visitor: string) => inProject(project, `visitors/${part(visitor)}`),
  settings: (project: string, section = "") => inProject(project, section ? `settings/${section}` : "settings"),
};
