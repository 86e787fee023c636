/** Names for what the API sends as codes. */
import type { Permission, Role, SignalType } from "../api/types";

const countries = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

export function countryName(code: string | null): string {
  if (!code) return "Unknown";
  return /^[A-Za-z]{2}$/.test(code) ? (countries.of(code.toUpperCase()) ?? code) : code;
}

const devices: Record<string, string> = { desktop: "Desktop", mobile: "Mobile", tablet: "Tablet" };

/** A value of a filter or a row, as a person reads it. */
export function valueName(of: string, value: string | null): string {
  if (value === null || value === "") return of.startsWith("utm_") || of === "user_id" ? "None" : "Unknown";
  if (of === "country") return countryName(value);
  if (of === "device_type") return devices[value] ?? value;
  return of === "referrer" && value === "direct" ? "Direct" : value;
}

const events: Record<string, string> = {
  page_view: "Page view",
  page_exit: "Left page",
  click: "Click",
  dead_click: "Dead click",
  scroll: "Scroll",
  mouse_move: "Mouse movement",
  js_error: "Error",
  web_vital: "Web vital",
  identify: "Identified",
  session_start: "Session start",
  session_end: "Session end",
};

export const eventName = (type: string, name?: string | null): string => events[type] ?? (name || type);
export const KNOWN_EVENTS = Object.keys(events);

export const signalName: Record<SignalType, string> = {
  rage_click: "Rage click",
  dead_click: "Dead click",
  error_click: "Error click",
  thrashed_cursor: "Thrashed cursor",
};

export const signalNames: Record<SignalType, string> = {
  rage_click: "Rage clicks",
  dead_click: "Dead clicks",
  error_click: "Error clicks",
  thrashed_cursor: "Thrashed cursors",
};

export const roleMeaning: Record<Role, string> = {
  owner: "Everything, deleting the project too",
  admin: "Settings, keys and members",
  member: "All figures, sessions and visitors",
  viewer: "Figures and sessions, no personal data",
};

const needs: Partial<Record<Permission, string>> = {
  "project.write": "Owners and admins can change these settings.",
  "project.delete": "Only owners can delete a project.",
  "keys.read": "Your role cannot see which keys there are.",
  "keys.write": "Owners and admins can create and revoke keys.",
  "members.read": "Your role cannot see who is a member.",
  "members.write": "Owners and admins can invite, change and remove members.",
  "errors.write": "Your role cannot resolve or ignore errors.",
  "channels.read": "Members see where alerts go and what became of them.",
  "channels.write": "Owners and admins can add and change channels.",
  "alerts.write": "Your role can look at alert rules, but not change them.",
  "queries.write": "Your role cannot save queries.",
  "sql.read": "Members can ask in SQL; viewers see figures only.",
  "system.read": "Members see how GoSight runs for this project.",
  "server.read": "Owners and admins see what the server takes of its machine.",
  "replay.read": "Your role cannot watch replays.",
  "sourcemaps.read": "Members see the original lines, where source maps were uploaded.",
  "personal.read": "Your role cannot see what single people did.",
};

export const reason = (permission: Permission): string => needs[permission] ?? "Your role does not allow this.";
