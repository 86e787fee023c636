/**
 * The SQL editor: CodeMirror inside a shadow root. There it adopts its style sheets, which the dashboard's policy allows;
 * in the document itself it would write <style> elements, which that policy refuses.
 */
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { SQLDialect, sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completionsFrom, isPlainly, KEYWORDS } from "./completion";
import type { Known } from "./known";

export type Editor = {
  text(): string;
  /** Puts a text in place of all; the change can be undone. */
  replace(text: string): void;
  /** Puts a text where the cursor is, and the cursor behind it. */
  insert(text: string): void;
  know(known: Known): void;
  focus(): void;
  destroy(): void;
};

type Wishes = {
  text: string;
  known: Known;
  events: () => Promise<string[]>;
  changed: (text: string) => void;
  run: () => void;
};

const LABEL = "SQL query. Control or Command and Enter runs it. Escape, then Tab, leaves the editor.";

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    lineHeight: "20px",
    minHeight: "168px",
    maxHeight: "min(46vh, 420px)",
    overflow: "auto",
  },
  ".cm-content": { padding: "12px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none", paddingLeft: "8px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--accent) 5%, transparent)" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--text)", backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklab, var(--accent) 24%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--tint)", color: "inherit" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "6px",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12.5px", maxHeight: "260px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", lineHeight: "18px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--tint)",
    color: "var(--text)",
  },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", marginLeft: "10px" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650" },
  ".cm-tooltip.cm-completionInfo": {
    padding: "8px 12px",
    maxWidth: "320px",
    fontFamily: "system-ui, sans-serif",
    fontSize: "12.5px",
    lineHeight: "18px",
  },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--rage)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--accent)" },
  { tag: tags.operator, color: "var(--muted)" },
]);

/**
 * Text over a selection goes in without the browser: Chromium would put lines together by writing style attributes,
 * which the dashboard's policy refuses aloud.
 */
function typedOver(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (event.inputType !== "insertText" || !text || empty || event.isComposing) return false;
  event.preventDefault();
  const insert = () => view.state.update({ ...view.state.replaceSelection(text), userEvent: "input.type" });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
  return true;
}

export function open(host: HTMLElement, { text, known, events, changed, run }: Wishes): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const completion = new Compartment();
  const language = new Compartment();
  const complete = (of: Known) =>
    autocompletion({
      override: [completionsFrom(of, events)],
      icons: false,
      maxRenderedOptions: 60,
      activateOnTypingDelay: 60,
    });
  const speak = (of: Known) =>
    sql({
      dialect: SQLDialect.define({
        keywords: KEYWORDS.join(" "),
        builtin: of.functions
          .map((each) => each.name)
          .filter(isPlainly)
          .join(" "),
        caseInsensitiveIdentifiers: true,
        identifierQuotes: '"`',
      }),
    }).language;
  const view = new EditorView({
    root,
    parent: root as unknown as HTMLElement,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        highlightSpecialChars(),
        highlightActiveLine(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        EditorView.lineWrapping,
        placeholder("Write SQL, or take an example"),
        language.of(speak(known)),
        completion.of(complete(known)),
        syntaxHighlighting(colours),
        look,
        EditorView.contentAttributes.of({ "aria-label": LABEL, tabindex: "0" }),
        keymap.of([
          { key: "Tab", run: (at) => acceptCompletion(at) || indentMore(at), shift: indentLess },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          { key: "Escape", run: (at) => (at.setTabFocusMode(true), true) },
        ]),
        EditorView.domEventHandlers({ blur: (_, at) => at.setTabFocusMode(false), beforeinput: typedOver }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          update.view.setTabFocusMode(false);
          changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    insert: (piece) => {
      view.dispatch(view.state.replaceSelection(piece));
      view.focus();
    },
    know: (now) =>
      view.dispatch({ effects: [completion.reconfigure(complete(now)), language.reconfigure(speak(now))] }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
