/**
 * What of an element may leave the browser. Of a masked or blocked part: where it is, and nothing that stands in it.
 * What a visitor typed never leaves, whatever is masked.
 */
import { cut, warn } from "../core/guard";
import type { Properties } from "../gosight";

export const IGNORE = "[data-gosight-ignore]";
const EDITABLE = "[contenteditable]:not([contenteditable=false])";
export const FIELD = `input,textarea,select,option,${EDITABLE}`;
/** Of these inputs the value is a label that the page gave. */
export const LABELLED = "input[type=button],input[type=submit],input[type=reset]";
const CLICKABLE = "a[href],button,summary,label,[role=button],[role=link],[role=tab],[role=menuitem],[role=option]";
const TEXT_LENGTH = 100;
const SELECTOR_DEPTH = 6;

let masked = "[data-gosight-mask],[data-gosight-block]";

/** Adds the project's selectors. One that is no selector is left out, so that it does not take the others with it. */
export function setBlocked(selectors: string[]): void {
  for (const selector of selectors) {
    try {
      document.querySelector(selector);
      masked += "," + selector;
    } catch {
      warn(`blockSelectors: ${selector} is not a CSS selector`);
    }
  }
}

/** `closest`, also out of shadow trees. */
export function closest(element: Element, selector: string): Element | null {
  const found = element.closest(selector);
  const root = found ? null : element.getRootNode();
  return found ?? (root instanceof ShadowRoot ? closest(root.host, selector) : null);
}

/** What was clicked, as `{tag, text, selector, href, at, size}`: the button rather than the icon in it. */
export function describe(clicked: Element, event: MouseEvent): Properties {
  const clickable = closest(clicked, `${CLICKABLE},${FIELD}`);
  const element = clickable ?? clicked;
  const hidden = closest(element, masked);
  if (hidden) return { tag: hidden.localName, selector: selectorOf(hidden), ...within(hidden, event) };
  const href = element.getAttribute("href");
  return {
    tag: element.localName,
    text: label(element, Boolean(clickable)) || undefined,
    selector: selectorOf(element),
    href: href && !/^\s*(javascript|data):/i.test(href) ? cut((element as HTMLAnchorElement).href, 500) : undefined,
    ...within(element, event),
  };
}

/** Where in the element's box the click was (0 to 1), and how large that is; nothing of an element without one. */
function within(element: Element, { clientX, clientY }: MouseEvent): Properties | undefined {
  const { left, top, width, height } = element.getBoundingClientRect();
  const share = (part: number): number => Math.round(Math.min(Math.max(part, 0), 1) * 1e3) / 1e3;
  if (width && height)
    return {
      at: [(clientX - left) / width, (clientY - top) / height].map(share),
      size: [width, height].map(Math.round),
    };
}

/** The name that the page gave to this part of it. */
export function nameOf(element: Element): string | undefined {
  return cut(closest(element, "[data-gosight-name]")?.getAttribute("data-gosight-name"), 100) || undefined;
}

function label(element: Element, deep: boolean): string {
  if (element.matches(LABELLED)) return tidy((element as HTMLInputElement).value);
  if (element.matches(FIELD) || closest(element, EDITABLE)) return "";
  const given = element.getAttribute("aria-label") ?? element.getAttribute("title") ?? element.getAttribute("alt");
  return tidy(textIn(element, deep)) || tidy(given);
}

/** The text in an element without its masked parts and fields; not `deep`: only its own. */
function textIn(element: Element, deep: boolean): string {
  let text = "";
  for (const child of element.childNodes) {
    if (text.length > 2 * TEXT_LENGTH) break;
    if (child instanceof Text) text += child.data;
    else if (deep && child instanceof Element && !child.matches(`${FIELD},script,style,${masked}`))
      text += ` ${textIn(child, deep)}`;
  }
  return text;
}

function tidy(text: string | null): string {
  return cut((text ?? "").replace(/\s+/g, " ").trim(), TEXT_LENGTH);
}

/** A short way to the element: from a named or stable id downwards, else its place among its siblings. */
function selectorOf(element: Element): string {
  const parts: string[] = [];
  for (let at: Element | null = element; at && parts.length < SELECTOR_DEPTH; at = at.parentElement) {
    const handle = closest(at, masked) ? "" : handleOf(at);
    parts.unshift(handle || place(at));
    if (handle) break;
  }
  return cut(parts.join(" > "), 300);
}

/** Ids with long numbers or colons are made by programs and differ from visit to visit, or name a person. */
function handleOf(element: Element): string {
  const name = element.getAttribute("data-gosight-name");
  if (name) return `[data-gosight-name="${CSS.escape(name)}"]`;
  return element.id && !/\d{4}|:|@/.test(element.id) ? "#" + CSS.escape(element.id) : "";
}

function place(element: Element): string {
  const tag = element.localName;
  const alike = [...(element.parentElement?.children ?? [])].filter((other) => other.localName === tag);
  return alike.length > 1 ? `${tag}:nth-of-type(${alike.indexOf(element) + 1})` : tag;
}
