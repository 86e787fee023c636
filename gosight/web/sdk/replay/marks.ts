/** Which parts of a page are blocked, masked, or hold what a visitor entered. Looked up in the live page. */
import { warn } from "../core/guard";
import type { Settings } from "../core/settings";

const EDITABLE = "[contenteditable]:not([contenteditable=false])";
/** What these are called differs; that they are never told does not, whatever the project says. */
const ALWAYS = [
  "[type=password],[data-rr-is-password],[type=hidden],[autocomplete^=cc-],[autocomplete*=' cc-']",
  "[autocomplete*=password],[autocomplete=one-time-code]",
  ...["passw", "pwd", "cardnum", "card-num", "card_num", "ccnum", "cc-num", "cc_num", "cvc", "cvv", "csc", "iban"].map(
    (word) => `[name*=${word} i],[id*=${word} i]`,
  ),
].join();
const FIELDS = `input,textarea,select,datalist,${EDITABLE}`;
const MASK = "[data-gosight-mask]";
/** Of these inputs the value is a label that the page gave. */
const BUTTONS = "[type=submit],[type=button],[type=reset],[type=image]";

export interface Marks {
  /** CSS selector of what is replaced by a box of its size. */
  blocked: string;
  isBlocked(node: Node): boolean;
  /** Whether all inside this element is masked, text and attributes. */
  hidesWhatIsIn(node: Node): boolean;
  /** Whether this element itself begins such a part, as far as it says so itself. */
  hidesItsOwn(element: Element): boolean;
  /** Whether this is a field whose value, choice or text is not told. */
  isSecretField(element: Element): boolean;
  isMasked(node: Node): boolean;
  /** A password, a card, a code: not even its length is told. */
  isNeverTold(element: Element): boolean;
}

export function createMarks({ privacy }: Settings): Marks {
  const all = privacy.maskAllInputs !== false;
  const blocked = ["[data-gosight-block]", "[data-gosight-ignore]", ...valid(privacy.blockSelectors ?? [])].join();
  const isNeverTold = (element: Element): boolean => element.matches(`:is(${FIELDS}):is(${ALWAYS})`);
  const isSecretField = (element: Element): boolean =>
    all ? element.matches(FIELDS) && !element.matches(`input:is(${BUTTONS})`) : isNeverTold(element);
  const fields = all ? FIELDS : `:is(${FIELDS}):is(${ALWAYS})`;
  return {
    blocked,
    isNeverTold,
    isSecretField,
    isBlocked: (node) => around(node, blocked),
    isMasked: (node) => around(node, MASK),
    hidesWhatIsIn: (node) => around(node, `${MASK},${fields}`) || isDesigned(node),
    hidesItsOwn: (element) => element.matches(`${MASK},${fields}`),
  };
}

/** Whether the node or something around it matches, out of shadow trees and frames too. What hangs nowhere does. */
function around(node: Node, selector: string): boolean {
  for (let at: Node | null | undefined = node; at;) {
    const element: Element | null = at.nodeType === Node.ELEMENT_NODE ? (at as Element) : at.parentElement;
    if (element?.closest(selector)) return true;
    const root: Node = at.getRootNode();
    if (root.nodeType === Node.DOCUMENT_NODE) at = (root as Document).defaultView?.frameElement;
    else if ((root as ShadowRoot).host) at = (root as ShadowRoot).host;
    else return true;
  }
  return false;
}

/** A frame that is one large editor. */
const isDesigned = (node: Node): boolean => (node.ownerDocument ?? (node as Document)).designMode === "on";

function valid(selectors: string[]): string[] {
  return selectors.filter((selector) => {
    try {
      return document.querySelector(selector) || true;
    } catch {
      warn(`blockSelectors: ${selector} is not a CSS selector`);
      return false;
    }
  });
}
