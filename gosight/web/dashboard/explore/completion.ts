/** What the editor proposes: columns of the tables that the query names, tables, functions, the project's own event names. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { Known } from "./known";

/** Words of the language. Names that columns have as well (timestamp, hour) are none: they would look as if they were. */
export const KEYWORDS = (
  "select distinct from where and or not in like ilike is null between exists group by having order asc desc limit offset " +
  "with as on using join left right full inner outer cross union all except intersect case when then else end interval " +
  "over partition rows range unbounded preceding following current row filter true false qualify prewhere array nulls cast"
).split(" ");
const UNITS = "second minute hour day week month quarter year".split(" ");

/** Is the name a function's wherever it stands? `and` and `day` are functions, too. */
export const isPlainly = (name: string): boolean => ![...KEYWORDS, ...UNITS].includes(name.toLowerCase());

const AFTER_TABLE_WORD = /\b(?:from|join)\s+$/i;
const NAMED = /\b(?:from|join)\s+([A-Za-z_]\w*)(?:\s+(?:as\s+)?([A-Za-z_]\w*))?/gi;
const EVENT_VALUE = /\b(event_type|event_name)\s*(?:=|<>|!=|in\s*\((?:\s*'[^']*'\s*,)*)\s*'[^']*$/i;

/** `events`: the project's own event types and names; asked for when the first is needed. */
export function completionsFrom(known: Known, events: () => Promise<string[]>): CompletionSource {
  const tables = known.tables.map(tableOption);
  const columns = new Map(known.tables.map((table) => [table.name, table.columns.map(columnOption)]));
  const every = [...new Map([...columns.values()].flat().map((option) => [option.label, option])).values()];
  const functions = [...new Map(known.functions.map((each) => [each.name, functionOption(each)])).values()];
  const keywords = [...KEYWORDS, ...UNITS].map((label): Completion => ({ label, type: "keyword", boost: -20 }));

  return (context) => {
    const inside = syntaxTree(context.state).resolveInner(context.pos, -1).name;
    if (/Comment/.test(inside)) return null;
    const before = context.state.sliceDoc(Math.max(0, context.pos - 2000), context.pos);
    if (inside === "String") return eventNames(events, context, before);
    const word = context.matchBefore(/\w*/)!;
    const rest = before.slice(0, before.length - word.text.length);
    const named = tablesIn(context.state.doc.toString(), columns);
    if (rest.endsWith(".")) {
      const owner = /(\w+)\.$/.exec(rest)?.[1]?.toLowerCase() ?? "";
      const of = columns.get(named.get(owner) ?? owner);
      return of ? result(word.from, of) : null;
    }
    if (!word.text && !context.explicit && !AFTER_TABLE_WORD.test(rest)) return null;
    if (AFTER_TABLE_WORD.test(rest)) return result(word.from, tables);
    const asked = new Set(named.values());
    const near = asked.size ? [...asked].flatMap((table) => columns.get(table) ?? []) : every;
    return result(word.from, [...near, ...functions, ...tables, ...keywords]);
  };
}

const result = (from: number, options: Completion[]): CompletionResult => ({ from, options, validFor: /^\w*$/ });

/** Names by which the query calls its tables: the tables' own, and their aliases. */
function tablesIn(text: string, columns: Map<string, unknown>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, table, alias] of text.matchAll(NAMED)) {
    const name = table!.toLowerCase();
    if (!columns.has(name)) continue;
    found.set(name, name);
    if (alias && !KEYWORDS.includes(alias.toLowerCase())) found.set(alias.toLowerCase(), name);
  }
  return found;
}

async function eventNames(
  events: () => Promise<string[]>,
  context: CompletionContext,
  before: string,
): Promise<CompletionResult | null> {
  if (!EVENT_VALUE.test(before)) return null;
  const typed = /[^']*$/.exec(before)![0];
  const options = (await events()).map((name): Completion => ({ label: name.replaceAll("'", "''"), type: "text" }));
  return { from: context.pos - typed.length, options, validFor: /^[^']*$/ };
}

const tableOption = (table: Known["tables"][number]): Completion => ({
  label: table.name,
  type: "type",
  detail: "table",
  info: table.description,
  boost: 1,
});

const columnOption = (column: Known["tables"][number]["columns"][number]): Completion => ({
  label: column.name,
  type: "property",
  detail: column.type,
  info: column.description || undefined,
  boost: 10,
});

/** `quantile(p)(x)` is written with its first pair of brackets; the cursor stands inside. */
const functionOption = ({ name, signature, description }: Known["functions"][number]): Completion => ({
  label: name,
  type: "function",
  detail: signature.startsWith(name) ? signature.slice(name.length) : signature,
  info: description || undefined,
  apply: (view, _, from, to) => {
    const has = view.state.sliceDoc(to, to + 1) === "(";
    view.dispatch({
      changes: { from, to, insert: has ? name : `${name}()` },
      selection: { anchor: from + name.length + 1 },
      userEvent: "input.complete",
    });
  },
});
