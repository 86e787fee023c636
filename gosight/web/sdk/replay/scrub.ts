/**
 * The one way out: every event passes here, at the moment rrweb made it, and leaves without what is masked. rrweb masks
 * inputs and leaves out blocked elements by itself, but does not look out of shadow trees and frames, and leaves
 * attributes as they are.
 */
import { EventType, IncrementalSource, NodeType } from "@rrweb/types";
import type { eventWithTime, inputData, mutationData, serializedNodeWithId } from "@rrweb/types";
import { scrubAttributes, type Attributes, type Openness } from "./attributes";
import type { Marks } from "./marks";
import type { Secrets } from "./secrets";
import { masked } from "./values";

interface Mirror {
  getNode(id: number): Node | null;
}

export type Scrub = (event: eventWithTime) => eventWithTime | null;

/** What may be told of what is in an element. */
type State = "gone" | "hidden" | "open";

const FIELD_TAGS = ["input", "textarea", "select", "datalist"];
const SIZED_TAGS = ["img", "image", "video", "canvas", "iframe", "object", "embed"];

/** Answers the same event without what is masked, or null where nothing of it may leave. */
export function createScrub(mirror: Mirror, marks: Marks, secrets: Secrets): Scrub {
  /** Of the elements that the present event told of or asked about: a thousand rows need not all look up to the root. */
  let known = new Map<number, State>();

  function walk(node: serializedNodeWithId, inside: boolean): void {
    if (node.type === NodeType.Text) {
      if (inside) node.textContent = hide(node.textContent, node.id);
    } else if (node.type === NodeType.Element) walkElement(node, inside);
    else if ("childNodes" in node) for (const child of node.childNodes) walk(child, inside);
  }

  function walkElement(node: serializedNodeWithId & { type: NodeType.Element }, inside: boolean): void {
    const attributes = node.attributes as Attributes;
    if ("rr_width" in attributes) {
      attributes["data-gosight-block"] = "";
      known.set(node.id, "gone");
      return;
    }
    const openness = inside || "data-gosight-mask" in attributes ? "hidden" : opennessOf(node);
    scrubAttributes(attributes, openness, node.tagName, Boolean(node.isSVG));
    if (openness === "open" && node.tagName === "video") tellFilmSize(attributes, node.id);
    if (openness === "hidden" ? SIZED_TAGS.includes(node.tagName) : node.tagName === "canvas")
      keepSize(attributes, node);
    const within = openness !== "open" && node.tagName !== "style" && node.tagName !== "script";
    known.set(node.id, within ? "hidden" : "open");
    for (const child of node.childNodes) walk(child, within);
  }

  function opennessOf({ id, tagName, attributes }: { id: number; tagName: string; attributes: object }): Openness {
    if (!FIELD_TAGS.includes(tagName) && !("contenteditable" in attributes)) return "open";
    const element = mirror.getNode(id) as Element | null;
    return element && !marks.isSecretField(element) ? "open" : "field";
  }

  /** A picture that is not told keeps its place. A canvas has no size of its own where no script runs. */
  function keepSize(attributes: Attributes, { id, tagName }: { id: number; tagName: string }): void {
    const box = (mirror.getNode(id) as Element | null)?.getBoundingClientRect();
    if (!box?.width) return;
    Object.assign(attributes, { rr_width: `${box.width}px`, rr_height: `${box.height}px` });
    if (tagName === "canvas") attributes.style = `display: inline-block; ${String(attributes.style ?? "")}`;
  }

  /** No film is loaded into a replay: as large as it is, it takes the room that the page's styles then give it. */
  function tellFilmSize(attributes: Attributes, id: number): void {
    const { videoWidth, videoHeight } = (mirror.getNode(id) ?? {}) as Partial<HTMLVideoElement>;
    if (!videoWidth || "width" in attributes || "height" in attributes) return;
    Object.assign(attributes, { width: String(videoWidth), height: String(videoHeight) });
  }

  function hide(text: string, id: number): string {
    secrets.note(text, mirror.getNode(id) ?? {});
    return masked(text);
  }

  function stateOf(node: Node | null): State {
    if (!node || marks.isBlocked(node)) return "gone";
    return marks.hidesWhatIsIn(node) ? "hidden" : "open";
  }

  function scrubMutation(data: mutationData): boolean {
    const parentOf = (id: number): State => {
      const state = known.get(id) ?? stateOf(mirror.getNode(id));
      known.set(id, state);
      return state;
    };
    data.adds = data.adds.filter(({ parentId, node }) => {
      const parent = parentOf(parentId);
      if (parent !== "gone") walk(node, parent === "hidden" && !isCode(parentId));
      return parent !== "gone";
    });
    data.texts = data.texts.filter((text) => scrubText(text));
    data.attributes = data.attributes.filter(({ id, attributes }) => scrubChange(id, attributes));
    data.removes = data.removes.filter(({ parentId }) => parentOf(parentId) !== "gone");
    return Boolean(data.adds.length || data.texts.length || data.attributes.length || data.removes.length);
  }

  function isCode(id: number): boolean {
    return /^(style|script)$/i.test(mirror.getNode(id)?.nodeName ?? "");
  }

  function scrubText(text: { id: number; value: string | null }): boolean {
    const node = mirror.getNode(text.id);
    const parent = node?.parentNode;
    if (!parent || marks.isBlocked(parent) || /^script$/i.test(parent.nodeName)) return false;
    if (text.value && !/^style$/i.test(parent.nodeName) && marks.hidesWhatIsIn(parent))
      text.value = hide(text.value, text.id);
    return true;
  }

  function scrubChange(id: number, attributes: Attributes): boolean {
    const element = mirror.getNode(id) as Element | null;
    if (!element?.parentNode || marks.isBlocked(element)) return false;
    const hidden = marks.hidesWhatIsIn(element.parentNode) || element.hasAttribute("data-gosight-mask");
    const openness = hidden ? "hidden" : marks.isSecretField(element) ? "field" : "open";
    const told: Attributes = { type: (element as HTMLInputElement).type, ...attributes };
    scrubAttributes(told, openness, element.localName, "ownerSVGElement" in element);
    for (const name in attributes) {
      if (name in told) attributes[name] = told[name];
      else delete attributes[name];
    }
    return Object.keys(attributes).length > 0;
  }

  function mayTellInput({ id }: inputData): boolean {
    const field = mirror.getNode(id) as HTMLInputElement | null;
    if (!field || marks.isBlocked(field)) return false;
    const isChoice = field.type === "radio" || field.type === "checkbox";
    return !isChoice || !(marks.isSecretField(field) || marks.isMasked(field));
  }

  return (event) => {
    known = new Map();
    if (event.type === EventType.FullSnapshot) walk(event.data.node, false);
    else if (event.type === EventType.Meta) event.data.href = secrets.cleanAddress(event.data.href);
    else if (event.type === EventType.IncrementalSnapshot) {
      if (event.data.source === IncrementalSource.Mutation && !scrubMutation(event.data)) return null;
      if (event.data.source === IncrementalSource.Input && !mayTellInput(event.data)) return null;
    }
    return event;
  };
}
