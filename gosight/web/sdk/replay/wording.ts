/** What was written to the console, in words: bounded, and without running any of the page's code. */

const MAX_CHARS = 1000;
const MAX_LINE = 3000;
const MAX_DEPTH = 3;
const MAX_ENTRIES = 20;

export function wordLine(args: unknown[]): string {
  const [first, ...rest] = args;
  const texts = typeof first === "string" && first.includes("%") ? filledIn(first, rest) : args.map((arg) => word(arg));
  return texts.join(" ").slice(0, MAX_LINE);
}

/** `%s` and its like take the arguments after it; `%c` is for the looks only. */
function filledIn(format: string, rest: unknown[]): string[] {
  const left = [...rest];
  const text = format.slice(0, MAX_LINE).replace(/%([sdifoOc%])/g, (found, kind: string) => {
    if (kind === "%") return "%";
    if (!left.length) return found;
    const arg = left.shift();
    return kind === "c" ? "" : word(arg);
  });
  return [text, ...left.map((arg) => word(arg))];
}

export function word(value: unknown, depth = 0): string {
  try {
    return cut(depth || typeof value === "object" ? inner(value, depth) : String(value));
  } catch {
    return "[unreadable]";
  }
}

function inner(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, MAX_CHARS));
  if (typeof value === "function") return `ƒ ${ownText(value, "name")}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error)
    return `${ownText(value, "name") || value.constructor.name}: ${ownText(value, "message")}`;
  if (value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
  if (value instanceof Date) return String(value);
  if (ArrayBuffer.isView(value) || depth >= MAX_DEPTH) return kindOf(value);
  return Array.isArray(value) ? `[${list(value, depth)}]` : `${prefix(value)}{${entries(value, depth)}}`;
}

const kindOf = (value: object): string => Object.prototype.toString.call(value);
const prefix = (value: object): string => (kindOf(value) === "[object Object]" ? "" : `${kindOf(value)} `);
const cut = (text: string): string => (text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text);

function ownText(value: object, name: string): string {
  const own: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return typeof own === "string" ? own : "";
}

function list(values: unknown[], depth: number): string {
  const shown = values.slice(0, MAX_ENTRIES).map((value) => word(value, depth + 1));
  return [...shown, ...(values.length > MAX_ENTRIES ? [`… ${values.length - MAX_ENTRIES} more`] : [])].join(", ");
}

/** A getter is page code: it is named and not asked. */
function entries(value: object, depth: number): string {
  const names = Object.keys(value);
  const shown = names.slice(0, MAX_ENTRIES).map((name) => {
    const property = Object.getOwnPropertyDescriptor(value, name);
    return `${name}: ${property && "value" in property ? word(property.value, depth + 1) : "(…)"}`;
  });
  return [...shown, ...(names.length > MAX_ENTRIES ? [`… ${names.length - MAX_ENTRIES} more`] : [])].join(", ");
}
