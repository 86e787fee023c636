/** Console lines and uncaught errors, as they were written. */
import { guard, on } from "../core/guard";
import { word, wordLine } from "./wording";

export interface Line {
  level: Level;
  text: string;
  trace?: string;
}

export type Level = (typeof LEVELS)[number];

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;
const MAX_TRACE = 4000;
/** A page that writes in a loop is known to do so by then. */
const MAX_LINES = 100;
const EVERY_MS = 10_000;
/** Our own warnings tell nothing of the page. */
const OURS = /^gosight: /;

export function watchConsole(tell: (line: Line) => void): void {
  let lines = 0;
  let since = 0;
  let isTelling = false;

  /** What comes while a line is told was written by telling it. */
  const write = guard((level: Level, text: () => string, trace?: unknown) => {
    const now = Date.now();
    if (now - since > EVERY_MS) [lines, since] = [0, now];
    if (isTelling || ++lines > MAX_LINES) return;
    isTelling = true;
    try {
      const line: Line = { level, text: lines === MAX_LINES ? "More lines were written than are kept." : text() };
      if (typeof trace === "string" && trace) line.trace = trace.slice(0, MAX_TRACE);
      if (!OURS.test(line.text)) tell(line);
    } finally {
      isTelling = false;
    }
  });

  for (const level of LEVELS) {
    const original = console[level];
    if (typeof original !== "function") continue;
    console[level] = function (this: unknown, ...args: unknown[]) {
      write(level, () => wordLine(args), traceOf(args.find((arg) => arg instanceof Error)));
      original.apply(this, args);
    };
  }
  on<ErrorEvent>(window, "error", ({ message, error }) => {
    if (message !== undefined) write("error", () => message || word(error), traceOf(error));
  });
  on<PromiseRejectionEvent>(window, "unhandledrejection", ({ reason }) => {
    write("error", () => `Uncaught (in promise) ${word(reason)}`, traceOf(reason));
  });
}

function traceOf(error: unknown): unknown {
  return error instanceof Error ? error.stack : undefined;
}
