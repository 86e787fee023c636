/** Every question and every change that the dashboard knows. A question is an address with the type of its reply. */
import { address, change, forget, keepToken, renew, type Query } from "./client";
import type * as t from "./types";

export type Ask<T> = { readonly url: string; readonly reply?: T };

const at = encodeURIComponent;
const under = (project: string, rest = "") => `/projects/${at(project)}${rest}`;
const ask = <T>(path: string, query?: Query): Ask<T> => ({ url: address(path, query) });

export const questions = {
  setup: () => ask<{ needed: boolean; dev: boolean }>("/setup"),
  me: () => ask<t.Me>("/me"),
  devices: () => ask<t.SignedInDevice[]>("/me/sessions"),
  projects: () => ask<t.ProjectItem[]>("/projects"),
  project: (project: string) => ask<t.Project>(under(project)),
  firstEvent: (project: string) => ask<t.FirstEvent>(under(project, "/first-event")),
  keys: (project: string) => ask<t.Key[]>(under(project, "/api-keys")),
  members: (project: string) => ask<t.Member[]>(under(project, "/members")),
  invitations: (project: string) => ask<t.Invitation[]>(under(project, "/invitations")),
  invitation: (token: string) => ask<t.OpenInvitation>(`/invitations/${at(token)}`),
  overview: (project: string, query: Query) => ask<t.Overview>(under(project, "/overview"), query),
  online: (project: string) => ask<{ visitors: number }>(under(project, "/online")),
  breakdown: (project: string, query: Query & { by: t.BreakdownBy }) =>
    ask<t.BreakdownRow[]>(under(project, "/breakdown"), query),
  sessions: (project: string, query: Query) => ask<t.SessionItem[]>(under(project, "/sessions"), query),
  session: (project: string, session: string) => ask<t.Session>(under(project, `/sessions/${at(session)}`)),
  sessionEvents: (project: string, session: string, query: Query) =>
    ask<t.SessionEvent[]>(under(project, `/sessions/${at(session)}/events`), query),
  visitor: (project: string, visitor: string) => ask<t.Visitor>(under(project, `/visitors/${at(visitor)}`)),
  timeline: (project: string, visitor: string, query: Query) =>
    ask<t.TimelineItem[]>(under(project, `/visitors/${at(visitor)}/timeline`), query),
};

async function enter(url: string, body: unknown): Promise<t.Me> {
  const login = await change<t.Login>("POST", url, body);
  keepToken(login);
  return login.user;
}

export const changes = {
  renew,
  forget,
  signIn: (email: string, password: string) => enter("/auth/login", { email, password }),
  setUp: (body: { token: string; name: string; email: string; password: string }) => enter("/setup", body),
  accept: (token: string, body: { name?: string; password: string }) => enter(`/invitations/${at(token)}/accept`, body),
  signOut: () => change<void>("POST", "/auth/logout", {}).finally(() => keepToken(null)),

  editMe: (body: { name?: string; email?: string; password?: string; current_password?: string }) =>
    change<t.Me>("PATCH", "/me", body),
  signOutDevice: (id: string) => change<void>("DELETE", `/me/sessions/${at(id)}`),

  addProject: (body: { name: string; allowed_domains: string[]; settings?: { timezone: string } }) =>
    change<t.NewProject>("POST", "/projects", body),
  editProject: (
    project: string,
    body: { name?: string; slug?: string; allowed_domains?: string[]; settings?: unknown },
  ) => change<t.Project>("PATCH", under(project), body),
  deleteProject: (project: string) => change<void>("DELETE", under(project)),
  rotateSecret: (project: string) => change<{ signing_secret: string }>("POST", under(project, "/secret"), {}),

  addKey: (project: string, body: { name: string; permissions: t.KeyPermission[] }) =>
    change<t.NewKey>("POST", under(project, "/api-keys"), body),
  revokeKey: (project: string, key: string) => change<void>("DELETE", under(project, `/api-keys/${at(key)}`)),

  invite: (project: string, body: { email: string; role: t.Role }) =>
    change<t.NewInvitation>("POST", under(project, "/members"), body),
  withdraw: (project: string, invitation: string) =>
    change<void>("DELETE", under(project, `/invitations/${at(invitation)}`)),
  setRole: (project: string, member: string, role: t.Role) =>
    change<t.Member>("PATCH", under(project, `/members/${at(member)}`), { role }),
  removeMember: (project: string, member: string) => change<void>("DELETE", under(project, `/members/${at(member)}`)),
};
