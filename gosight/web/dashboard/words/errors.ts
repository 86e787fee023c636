/** How errors are told: their status, their place in the code. */
import type { ErrorStatus } from "../api/types";

export const statusName: Record<ErrorStatus, string> = { open: "Open", resolved: "Resolved", ignored: "Ignored" };

/** What can be done about one of this status, the usual thing first. */
export const actions: Record<ErrorStatus, { to: ErrorStatus; name: string }[]> = {
  open: [
    { to: "resolved", name: "Resolve" },
    { to: "ignored", name: "Ignore" },
  ],
  resolved: [{ to: "open", name: "Open again" }],
  ignored: [{ to: "open", name: "Open again" }],
};

/** /js/app.js for https://a.example/js/app.js?v=1; an inline script's file is its page */
export function fileName(address: string | null): string {
  if (!address) return "";
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  return path || address;
}

/** /js/app.js:142 */
export function placeOf(filename: string | null, lineno: number | null): string {
  const file = fileName(filename);
  return file && lineno ? `${file}:${lineno}` : file;
}
