/**
 * Which attributes of a recorded element stay. An element itself never goes, so that selectors and places hold; what could act,
 * fetch a document or hide our own functions is taken from it. The sandbox and the policy of the frame page stand behind this.
 */
import { isInside, isLink, isMaterial } from "./addresses";

export type Value = string | number | boolean | null | Record<string, unknown>;
export type Attributes = Record<string, Value>;

/** Never, on any element: they fetch, send, move the focus, or load documents. */
const NEVER = new Set([
  ...["srcdoc", "data", "action", "formaction", "ping", "autofocus", "autoplay", "accesskey", "http-equiv", "manifest"],
  ...[
    "archive",
    "classid",
    "codebase",
    "code",
    "attributionsrc",
    "referrerpolicy",
    "nonce",
    "is",
    "csp",
    "sandbox",
    "allow",
  ],
  ...["xml:base", "imagesrcset", "target", "formtarget"],
  // The visitor's browser asked from the page's own origin; from the dashboard's these would only keep a style or a picture away.
  ...["crossorigin", "integrity"],
]);

/** Whose `src` is a picture. Any other is a document or a script, or a film or a sound, of which only the poster is shown. */
const SHOWS_SRC = new Set(["img", "input"]);

/** rrweb's own, each with what it must be. */
const RRWEB: Record<string, (value: Value) => boolean> = {
  rr_dataURL: (value) => typeof value === "string" && /^data:image\//i.test(value),
  rr_width: isText,
  rr_height: isText,
  rr_scrollLeft: isNumber,
  rr_scrollTop: isNumber,
  rr_open_mode: (value) => value === "modal" || value === "non-modal",
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}
function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

/** Elements that a document or a form gives out under their name, in place of its own functions. */
const NAMED = new Set(["img", "form", "iframe", "frame", "embed", "object"]);
const CONTROLS = new Set(["button", "input", "select", "textarea", "output", "fieldset", "img", "object"]);
const USED = new Set([
  "setAttribute",
  "removeAttribute",
  "attachShadow",
  "shadowRoot",
  "classList",
  "querySelectorAll",
]);
const hides = (tag: string, name: string) =>
  (NAMED.has(tag) && name in Document.prototype) || (CONTROLS.has(tag) && (name in Node.prototype || USED.has(name)));

export function cleaned(tag: string, given: unknown): Attributes {
  const kept: Attributes = {};
  if (typeof given !== "object" || given === null) return kept;
  for (const [name, value] of Object.entries(given)) {
    const stays = one(tag, name, value as Value);
    if (stays !== undefined) kept[name] = stays;
  }
  return kept;
}

/** What stays of one attribute; undefined where nothing does. Null takes an attribute away, which harms nobody. */
export function one(tag: string, name: string, value: Value): Value | undefined {
  if (name === "__proto__") return undefined;
  if (value === null) return null;
  const lower = name.toLowerCase();
  if (lower.startsWith("rr_")) return RRWEB[name]?.(value) ? value : undefined;
  if (dangerous(tag, lower)) return undefined;
  if (typeof value === "object") return lower === "style" ? styles(value) : undefined;
  return typeof value === "string" ? text(tag, lower, value) : value;
}

/** By name alone, whatever it holds. */
function dangerous(tag: string, name: string): boolean {
  if (name.startsWith("on") || NEVER.has(name)) return true;
  return (tag === "base" && name === "href") || (name === "src" && !SHOWS_SRC.has(tag));
}

const SEEN_META = new Set(["viewport", "color-scheme", "theme-color", "description"]);

function text(tag: string, name: string, value: string): string | undefined {
  if (name === "href" || name === "xlink:href") return href(tag, value);
  if (name === "src" || name === "poster" || name === "background") return isMaterial(value) ? value : undefined;
  if (name === "rel" && tag === "link") return isSheet(value) ? value : undefined;
  if (name === "name" && tag === "meta") return SEEN_META.has(value.trim().toLowerCase()) ? value : undefined;
  if (name === "attributename") return isAnimated(value) ? value : undefined;
  return (name === "id" || name === "name") && hides(tag, value) ? `${value}-` : value;
}

/** SVG's animations may turn and colour, and not give an address or a handler. */
function isAnimated(attribute: string): boolean {
  const name = attribute.trim().toLowerCase();
  return !name.endsWith("href") && !name.startsWith("on") && name !== "src" && !NEVER.has(name);
}

/** A link stays one to look at; a picture keeps its source; a style sheet too; all else may only point into its own document. */
function href(tag: string, value: string): string | undefined {
  if (tag === "a" || tag === "area") return isLink(value) ? value : "#";
  if (tag === "link" || tag === "image" || tag === "feimage") return isMaterial(value) ? value : undefined;
  return isInside(value) ? value : undefined;
}

/** A link element does something only by its `rel`: without one it is nothing, and may become a style sheet later. */
function isSheet(rel: string): boolean {
  const kinds = rel.toLowerCase().split(/\s+/).filter(Boolean);
  return kinds.includes("stylesheet") && kinds.every((kind) => kind === "stylesheet" || kind === "alternate");
}

/** rrweb's changes of a style: property to value, to [value, priority], or to false where it goes. */
function styles(given: Record<string, unknown>): Record<string, unknown> {
  const fits = (value: unknown) =>
    typeof value === "string" || value === false || (Array.isArray(value) && value.every(isText));
  return Object.fromEntries(Object.entries(given).filter(([, value]) => fits(value)));
}
