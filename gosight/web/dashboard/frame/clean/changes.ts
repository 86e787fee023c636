/** What changed in a recorded page, kind by kind: only fields that are known, of the types that rrweb expects. */
import { IncrementalSource as Source, NodeType, type incrementalData } from "@rrweb/types";
import { one, type Value } from "./attributes";
import { scheme } from "./addresses";
import type { Nodes } from "./nodes";

type Raw = Record<string, unknown>;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null;
const list = (value: unknown): Raw[] => (Array.isArray(value) ? value.filter(isRaw) : []);
const pick = (from: Raw, fits: (value: unknown) => boolean, ...names: string[]): Raw =>
  Object.fromEntries(names.filter((name) => fits(from[name])).map((name) => [name, from[name]]));
const numbers = (from: Raw, ...names: string[]) => pick(from, isNumber, ...names);
const texts = (from: Raw, ...names: string[]) => pick(from, (value) => typeof value === "string", ...names);
const truths = (from: Raw, ...names: string[]) => pick(from, (value) => typeof value === "boolean", ...names);
const isPlace = (value: unknown) =>
  isNumber(value) || (Array.isArray(value) && value.length > 0 && value.every(isNumber));

/** Null where nothing of it is left to show. What is drawn on canvas is code of a kind, and never replayed; no film is loaded. */
export function change(data: unknown, nodes: Nodes): incrementalData | null {
  if (!isRaw(data)) return null;
  const kept = KINDS[data.source as Source]?.(data, nodes);
  return kept ? ({ source: data.source, ...kept } as incrementalData) : null;
}

const KINDS: Partial<Record<Source, (data: Raw, nodes: Nodes) => Raw | null>> = {
  [Source.Mutation]: mutation,
  [Source.MouseMove]: moved,
  [Source.TouchMove]: moved,
  [Source.Drag]: moved,
  [Source.MouseInteraction]: pressed,
  [Source.Scroll]: (data) => needing(numbers(data, "id", "x", "y"), "id", "x", "y"),
  [Source.ViewportResize]: (data) => needing(numbers(data, "width", "height"), "width", "height"),
  [Source.Input]: (data) => ({
    text: "",
    ...texts(data, "text"),
    ...truths(data, "isChecked"),
    ...numbers(data, "id"),
  }),
  [Source.StyleSheetRule]: rules,
  [Source.StyleDeclaration]: declaration,
  [Source.AdoptedStyleSheet]: adopted,
  [Source.Font]: font,
  [Source.Selection]: selection,
};

const needing = (kept: Raw, ...names: string[]): Raw | null => (names.every((name) => name in kept) ? kept : null);

function mutation(data: Raw, nodes: Nodes): Raw {
  return {
    removes: list(data.removes).map((each) => ({ ...numbers(each, "parentId", "id"), ...truths(each, "isShadow") })),
    adds: list(data.adds).flatMap((each) => added(each, nodes)),
    texts: list(data.texts).map((each) => ({ value: "", ...numbers(each, "id"), ...texts(each, "value") })),
    attributes: list(data.attributes).flatMap((each) => attributes(each, nodes)),
    ...truths(data, "isAttachIframe"),
  };
}

function added(given: Raw, nodes: Nodes): Raw[] {
  const isDocument = isRaw(given.node) && given.node.type === NodeType.Document;
  const node = nodes.clean(given.node);
  if (!node || !isNumber(given.parentId)) return [];
  if (isDocument && nodes.tagOf(given.parentId) !== "iframe") return [];
  return [{ nextId: null, ...numbers(given, "parentId", "previousId", "nextId"), node }];
}

/** A node that nobody built has no attributes to change. */
function attributes(given: Raw, nodes: Nodes): Raw[] {
  const tag = nodes.tagOf(given.id);
  if (tag === undefined || !isRaw(given.attributes)) return [];
  const kept: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given.attributes)) {
    const stays = one(tag, name, value as Value);
    if (stays !== undefined) kept[name] = stays;
  }
  return [{ id: given.id, attributes: kept }];
}

function moved(data: Raw): Raw | null {
  const positions = list(data.positions)
    .map((each) => numbers(each, "x", "y", "id", "timeOffset"))
    .filter((each) => needing(each, "x", "y", "id", "timeOffset"));
  return positions.length ? { positions } : null;
}

const PRESSES = 10; // rrweb's kinds of presses, 0 to 10
function pressed(data: Raw): Raw | null {
  const known = Number.isInteger(data.type) && (data.type as number) >= 0 && (data.type as number) <= PRESSES;
  return known ? needing(numbers(data, "type", "id", "x", "y", "pointerType"), "type", "id") : null;
}

function rules(data: Raw): Raw {
  return {
    ...numbers(data, "id", "styleId"),
    ...texts(data, "replace", "replaceSync"),
    adds: list(data.adds).map((each) => ({ rule: "", ...texts(each, "rule"), ...pick(each, isPlace, "index") })),
    removes: list(data.removes).map((each) => pick(each, isPlace, "index")),
  };
}

function declaration(data: Raw): Raw | null {
  if (!Array.isArray(data.index) || !data.index.length || !data.index.every(isNumber)) return null;
  const set = isRaw(data.set) && { property: "", ...texts(data.set, "property", "value", "priority") };
  const remove = isRaw(data.remove) && { property: "", ...texts(data.remove, "property") };
  return { ...numbers(data, "id", "styleId"), index: data.index, ...(set && { set }), ...(remove && { remove }) };
}

function adopted(data: Raw): Raw | null {
  if (!isNumber(data.id) || !Array.isArray(data.styleIds)) return null;
  const styles = list(data.styles).map((each) => ({
    ...numbers(each, "styleId"),
    rules: rules({ adds: each.rules }).adds,
  }));
  return { id: data.id, styles, styleIds: data.styleIds.filter(isNumber) };
}

/** A font by address, or its bytes as a list of numbers in a text. */
function font(data: Raw): Raw | null {
  if (typeof data.family !== "string" || typeof data.fontSource !== "string") return null;
  const { family, fontSource } = data;
  if (data.buffer === true && /^\[[\d,\s]*\]$/.test(fontSource)) return { family, fontSource, buffer: true };
  const address = /^url\(\s*(["']?)(.*)\1\s*\)/.exec(fontSource)?.[2] ?? "";
  return ["http", "https", "data"].includes(scheme(address)) ? { family, fontSource, buffer: false } : null;
}

function selection(data: Raw): Raw {
  return { ranges: list(data.ranges).map((each) => numbers(each, "start", "startOffset", "end", "endOffset")) };
}
