/** Which attributes may be told, and how much of them. */
import { masked } from "./values";

export type Attributes = Record<string, unknown>;

/** `open`: as the page has it. `field`: the page's own words, not what was entered. `hidden`: what gives it its shape. */
export type Openness = "open" | "field" | "hidden";

/** Of a masked part: what lays it out, and nothing that says anything. Not the id, which may name somebody. */
const SHAPE = new Set(
  (
    "class style type role dir lang width height rows cols size span colspan rowspan align valign border cellpadding " +
    "cellspacing bgcolor color hidden disabled readonly required multiple open wrap start reversed contenteditable " +
    "tabindex rel xmlns _cssText"
  ).split(" "),
);
const SVG_WORDS = /^(id|name|title|src|href|xlink:href|data-|aria-|on)/;
const ENTERED = /^(checked|selected|data-(?!gosight)|aria-(checked|selected|value))/;
/** Never needed: what is in a frame is recorded itself, and handlers do not run in a replay. */
const NEVER = /^(on|srcdoc$|nonce$)/;

/** Takes out of `attributes` what may not be told of an element that is as open as this. */
export function scrubAttributes(attributes: Attributes, openness: Openness, tag: string, isSvg: boolean): void {
  for (const name in attributes) {
    if (NEVER.test(name) || !mayTell(name, openness, isSvg)) delete attributes[name];
    else if (openness !== "open") attributes[name] = scrubbed(name, attributes[name], openness, attributes, tag);
    if (attributes[name] === undefined) delete attributes[name];
  }
}

function mayTell(name: string, openness: Openness, isSvg: boolean): boolean {
  if (openness === "open") return true;
  if (name === "value" || name.startsWith("rr_") || name.startsWith("data-gosight-")) return true;
  if (openness === "field") return !ENTERED.test(name);
  return isSvg ? !SVG_WORDS.test(name) : SHAPE.has(name);
}

function scrubbed(name: string, value: unknown, openness: Openness, { type }: Attributes, tag: string): unknown {
  if (name === "value") {
    const isTyped = (tag === "input" && type !== "radio" && type !== "checkbox") || tag === "textarea";
    return isTyped && typeof value === "string" ? masked(value) : undefined;
  }
  if (openness === "field") return value;
  if (name === "data-gosight-name" || name === "rr_src") return undefined;
  return name === "style" ? scrubStyle(value) : value;
}

/** Without pictures and quoted texts: of a style that is told whole, or only where it changed. */
function scrubStyle(style: unknown): unknown {
  if (typeof style === "string") return plainStyle(style);
  if (typeof style !== "object" || !style) return style;
  return JSON.parse(JSON.stringify(style), (_name, value: unknown) =>
    typeof value === "string" ? plainStyle(value) : value,
  );
}

function plainStyle(text: string): string {
  return text.replace(/url\(("[^"]*"|'[^']*'|[^)]*)\)/gi, "none").replace(/"[^"]*"|'[^']*'/g, '""');
}
