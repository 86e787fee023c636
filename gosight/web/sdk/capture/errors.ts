/** Errors that nobody caught. */
import { cut, on } from "../core/guard";
import type { Report } from "./report";

/** A page that fails in a loop is known to fail by then. */
const MAX_ERRORS = 50;

export function watchErrors(report: Report, release?: string): void {
  let seen = 0;

  function tell(message: unknown, error: unknown, where: Partial<ErrorEvent>): void {
    if (++seen > MAX_ERRORS) return;
    const { name, stack, message: own } = (error ?? {}) as Partial<Error>;
    const payload = {
      message: cut(own || message || error, 1000),
      error_type: cut(name || "Error", 100),
      filename: cut(where.filename, 500) || undefined,
      lineno: where.lineno || undefined,
      colno: where.colno || undefined,
      stack: cut(stack, 4000) || undefined,
      release: cut(release, 100) || undefined,
    };
    report("js_error", () => payload);
  }

  on<ErrorEvent>(window, "error", (event) => {
    // An image or script that did not load comes here too, with no message: that is not a script's error.
    if (event.message !== undefined) tell(event.message, event.error, event);
  });
  on<PromiseRejectionEvent>(window, "unhandledrejection", ({ reason }) => {
    tell(typeof reason === "object" ? "" : reason, reason, {});
  });
}
