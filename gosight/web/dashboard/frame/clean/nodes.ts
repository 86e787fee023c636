/** Recorded nodes, built anew from what is known of them: a document that holds no more than what can be looked at. */
import { NodeType, type serializedNodeWithId } from "@rrweb/types";
import { cleaned, type Attributes } from "./attributes";

const DEEPEST = 512; // a browser's own parser goes no deeper, and rrweb rebuilds by recursion

/** Scripts become what rrweb makes of them itself; the others would load a document or code of their own. */
const INSTEAD: Record<string, string> = {
  script: "noscript",
  applet: "object",
  fencedframe: "iframe",
  portal: "iframe",
};
const CUSTOM = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
const RESERVED = new Set(["annotation-xml", "color-profile", "font-face", "missing-glyph"]);
const HOSTS = /^(article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span)$/;
/** Whether a browser lets an element of this name have a shadow root; asking for one elsewhere ends the rebuilding. */
const mayHost = (tag: string) => HOSTS.test(tag) || (CUSTOM.test(tag) && !RESERVED.has(tag));

type Raw = Record<string, unknown>;
type Node = serializedNodeWithId;

/**
 * Knows the tag of each node it let through, since a later change of an attribute names a node by number alone. In each document
 * numbers start anew, and a number means one tag for good: of two elements it would be rrweb that decides which is changed.
 */
export class Nodes {
  #tags = new Map<number, string>();

  tagOf(id: unknown): string | undefined {
    return typeof id === "number" ? this.#tags.get(id) : undefined;
  }

  /** Null where this is no node. A document only at the top: that of a page, or of a frame inside it. */
  clean(given: unknown, depth = 0): Node | null {
    const node = given as Raw | null;
    if (typeof node !== "object" || node === null || !Number.isInteger(node.id)) return null;
    const built = node.type === NodeType.Document && depth ? null : this.#build(node, depth);
    if (!built) return null;
    const root = Number.isInteger(node.rootId) ? { rootId: node.rootId } : {};
    return { ...built, ...root, ...marks(node, "isShadow"), id: node.id } as Node;
  }

  #build(node: Raw, depth: number): object | null {
    switch (node.type) {
      case NodeType.Document:
        return this.#document(node);
      case NodeType.DocumentType:
        return { type: node.type, name: name(node.name), publicId: text(node.publicId), systemId: text(node.systemId) };
      case NodeType.Element:
        return this.#element(node, depth);
      case NodeType.Text:
        return { type: node.type, textContent: text(node.textContent), ...marks(node, "isStyle") };
      case NodeType.CDATA: // only an XML document takes one
        return { type: NodeType.Text, textContent: text(node.textContent) };
      case NodeType.Comment:
        return { type: node.type, textContent: text(node.textContent) };
      default:
        return null;
    }
  }

  #document(node: Raw): object {
    const children = this.#children(node, 0);
    const first = (type: NodeType) => children.find((child) => child.type === type);
    const childNodes = [first(NodeType.DocumentType), first(NodeType.Element)].filter((child) => child !== undefined);
    const quirks = node.compatMode === "BackCompat" && childNodes.length > 0;
    return { type: node.type, childNodes, ...(quirks ? { compatMode: "BackCompat" } : {}) };
  }

  #element(node: Raw, depth: number): object | null {
    const said = name(node.tagName);
    const local = node.isSVG === true ? said.replace(/^.*:/, "") : said;
    const tagName = INSTEAD[local.toLowerCase()] ?? local;
    const tag = tagName.toLowerCase();
    if ((this.tagOf(node.id) ?? tag) !== tag) return null;
    this.#tags.set(node.id as number, tag);
    const attributes: Attributes = local === tagName ? cleaned(tag, node.attributes) : {};
    const custom = CUSTOM.test(tagName) && !RESERVED.has(tagName);
    return {
      type: node.type,
      tagName,
      attributes,
      childNodes: this.#children(node, depth).filter((child) => child.type !== NodeType.DocumentType),
      ...marks(node, "isSVG", "needBlock", ...(custom ? ["isCustom"] : [])),
      ...(node.isSVG !== true && mayHost(tag) ? marks(node, "isShadowHost") : {}),
    };
  }

  #children(node: Raw, depth: number): Node[] {
    if (!Array.isArray(node.childNodes) || depth >= DEEPEST) return [];
    return node.childNodes.map((child) => this.clean(child, depth + 1)).filter((child) => child !== null);
  }
}

/** A name that a document takes; any other would end the rebuilding of the whole page. */
function name(given: unknown): string {
  const fits = typeof given === "string" && /^[a-z][\p{L}\p{N}_.-]*(:[a-z][\p{L}\p{N}_.-]*)?$/iu.test(given);
  return fits ? given : "unknown";
}

const text = (given: unknown): string => (typeof given === "string" ? given : "");

function marks(node: Raw, ...names: string[]): Raw {
  return Object.fromEntries(names.filter((mark) => node[mark] === true).map((mark) => [mark, true]));
}
