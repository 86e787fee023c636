/**
 * Dead clicks: on an element that looks interactive, with no DOM change, navigation, scroll, focus change or request
 * within a second. Links, text fields, canvas and steppers never count, since what they do can't be seen from here.
 */
import { guard, on } from "../core/guard";
import { closest, FIELD, LABELLED } from "./privacy";

/** The contract's, until the project's own has come. */
let waitMs = 1000;

export function setDeadWindow(ms: number): void {
  waitMs = ms;
}

const INTERACTIVE = `button,summary,[onclick],${LABELLED},input[type=image],input[type=checkbox],input[type=radio],[role=button],[role=tab],[role=menuitem],[role=switch],[role=checkbox],[role=radio],[role=option]`;
const TEXT_ROLES = "[role=textbox],[role=searchbox],[role=combobox],[role=spinbutton],[role=slider]";
const UNSEEN = `a[href],area,[role=link],label,canvas,video,audio,iframe,embed,object,${TEXT_ROLES}`;
const STEPPED = "input[type=number],input[type=range],[role=spinbutton],[role=slider]";
const STEP_LABEL = /^([+\-−–‹›<>▲▼↑↓]|(in|de)(crease|crement)\b.*)$/i;

type Watch = (event: MouseEvent, target: Element, dead: () => void) => void;

export function watchForDeadClicks(): Watch {
  let changes = 0;
  let focuses = 0;
  /** `changes` when the pointer went down: a menu that opens then has answered the click. */
  let atPress: number | null = null;
  let quiet: ReturnType<typeof setTimeout>;
  const changed = (): void => void changes++;
  const observer = new MutationObserver(changed);

  /** Observes the page for as long as a click may still be answered. */
  function observe(event: Event): void {
    const roots = event.composedPath().filter((each): each is ShadowRoot => each instanceof ShadowRoot);
    for (const root of [document, ...roots])
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    clearTimeout(quiet);
    quiet = setTimeout(() => observer.disconnect(), waitMs * 2);
  }

  on(window, "pointerdown", (event) => {
    observe(event);
    atPress = changes;
  });
  for (const type of ["scroll", "input", "change", "toggle", "hashchange", "popstate", "pagehide", "blur"])
    on(window, type, (event) => {
      if (type !== "blur" || event.target === window) changed();
    });
  on(window, "focusin", () => focuses++);
  on((window as Window & { navigation?: EventTarget }).navigation, "navigate", changed);
  followRequests(changed);

  return (event, target, dead) => {
    observe(event);
    const before = atPress ?? changes;
    const focusesBefore = focuses;
    const began = performance.now();
    atPress = null;
    if (!looksInteractive(target)) return;
    setTimeout(
      guard(() => {
        observer.takeRecords().length && changed();
        const hidden = document.hidden;
        if (hidden || changes !== before || focuses !== focusesBefore || loadedSince(began)) return;
        dead();
      }),
      waitMs,
    );
  };
}

function looksInteractive(target: Element): boolean {
  if (closest(target, UNSEEN)) return false;
  const field = closest(target, FIELD);
  const button = closest(target, INTERACTIVE);
  if (field && field !== button) return false;
  if (target.localName.includes("-") && !target.shadowRoot) return false;
  if (isStepper(button ?? target)) return false;
  return button !== null || getComputedStyle(target).cursor === "pointer";
}

/** A button that changes the value of the field beside it, which leaves no trace in the DOM. */
function isStepper(element: Element): boolean {
  const label = element.getAttribute("aria-label") ?? element.textContent ?? "";
  if (STEP_LABEL.test(label.trim())) return true;
  const submits = element.matches("button:not([type]),[type=submit]") && element.closest("form") !== null;
  const beside = [element.previousElementSibling, element.nextElementSibling];
  return !submits && beside.some((other) => other?.matches(STEPPED));
}

/** Pictures, scripts and styles that were asked for since; our own requests are told apart by where they go. */
function loadedSince(began: number): boolean {
  return performance
    .getEntriesByType("resource")
    .some(({ startTime, name }) => startTime >= began && !/\/v1\/(events|config|replay)\?/.test(name));
}

/** Calls `asked` before each request that a script makes. Our own go through the fetch from before this. */
function followRequests(asked: () => void): void {
  const seen = guard(asked);
  const wrap = <T extends object>(owner: T, name: keyof T): void => {
    const original = owner[name];
    if (typeof original !== "function") return;
    owner[name] = function (this: unknown, ...args: unknown[]) {
      seen();
      return original.apply(this, args);
    } as T[keyof T];
  };
  wrap(XMLHttpRequest.prototype, "send");
  wrap(WebSocket.prototype, "send");
  wrap(navigator, "sendBeacon");
  // Seen when it is looked up: a browser hides from the page what fails in a function that came from elsewhere.
  let { fetch } = window;
  Object.defineProperty(window, "fetch", {
    get() {
      seen();
      return fetch;
    },
    set: (other: typeof fetch) => (fetch = other),
  });
}
