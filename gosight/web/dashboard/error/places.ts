/** From minified places to those in the sources. Loaded only where there is a map: with the maps it may weigh megabytes. */
import {
  AnyMap,
  isIgnored,
  originalPositionFor,
  sourceContentFor,
  type SourceMapInput,
  type TraceMap,
} from "@jridgewell/trace-mapping";
import type { StackFrame } from "../api/types";
import { functionAt } from "./functions";

export type Line = { number: number; text: string };
/** `column` counts from 1, as browsers do. `lines`: those around, none where the map does not hold its sources' text. */
export type Place = {
  file: string;
  line: number;
  column: number;
  name: string | null;
  lines: Line[];
  ours: boolean;
};

const AROUND = 5; // lines before and after
const LONGEST = 400; // characters of a line that are shown
const OTHERS = /(^|\/)(node_modules|bower_components)\/|^webpack\/(bootstrap|runtime)|^\(?webpack\)?\/|^vite\//;

/** The place of each frame; null where the map of its file knows none. */
export function placesOf(frames: StackFrame[], maps: Map<string, SourceMapInput>): (Place | null)[] {
  const opened = new Map([...maps].map(([id, map]) => [id, new AnyMap(map)]));
  return frames.map((frame) => {
    const map = frame.sourcemap ? opened.get(frame.sourcemap) : undefined;
    return map && frame.lineno ? placeIn(map, frame) : null;
  });
}

function placeIn(map: TraceMap, frame: StackFrame): Place | null {
  const found = originalPositionFor(map, { line: frame.lineno!, column: Math.max(0, (frame.colno ?? 1) - 1) });
  if (found.source === null) return null;
  const text = sourceContentFor(map, found.source)?.split(/\r?\n/) ?? [];
  const file = shortened(found.source);
  return {
    file,
    line: found.line,
    column: found.column + 1,
    name: functionAt(text, found.line, found.column),
    lines: around(text, found.line),
    ours: !OTHERS.test(file) && !isIgnored(map, found.source),
  };
}

function around(text: string[], line: number): Line[] {
  const first = Math.max(1, line - AROUND);
  return text.slice(first - 1, line + AROUND).map((each, index) => ({
    number: first + index,
    text: each.slice(0, LONGEST),
  }));
}

/** src/cart.ts for webpack://shop/./src/cart.ts and ../../src/cart.ts */
function shortened(source: string): string {
  const path = source.replace(/^webpack:\/\/[^/]*\//, "").replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i, "");
  return path.replace(/^(\.{0,2}\/)+/, "").replace(/\?.*$/, "") || source;
}
