/** In which function a line of a source is: looked for upwards, among lines that are less indented. */
const FURTHEST = 400; // lines; a function that begins further up is hardly one
const LONGEST = 400; // characters of a line that are looked at

const NAMES = [
  /\bfunction\s*\*?\s+([\w$]+)\s*[(<]/,
  /\bclass\s+([\w$]+)/,
  /\b(?:const|let|var)\s+([\w$]+)[^=]*=\s*(?:async\s+)?(?:function\b|(?:\([^)]*\)|[\w$]+)[^=]*=>)/,
  /([\w$]+)\s*[:=]\s*(?:async\s+)?(?:function\b|(?:\([^)]*\)|[\w$]+)\s*=>)/,
  /^\s*(?:(?:export|default|public|private|protected|static|override|async|get|set)\s+)*[*#]?([\w$]+)\s*\([^;]*\)[^;=]*\{\s*$/,
];
const NO_NAMES = new Set(["if", "for", "while", "switch", "catch", "with", "function", "return", "constructor"]);

/** `line` counts from 1, `column` from 0. Null where nothing looks like a function. */
export function functionAt(text: string[], line: number, column: number): string | null {
  const own = (text[line - 1] ?? "").slice(0, Math.min(column, LONGEST));
  let indent = indentOf(text[line - 1] ?? "");
  const name = nameIn(own);
  if (name) return name;
  for (let at = line - 2; at >= Math.max(0, line - FURTHEST); at--) {
    const each = (text[at] ?? "").slice(0, LONGEST);
    if (!each.trim() || indentOf(each) >= indent) continue;
    indent = indentOf(each);
    const found = nameIn(each);
    if (found) return found;
  }
  return null;
}

function nameIn(line: string): string | null {
  for (const pattern of NAMES) {
    const found = pattern.exec(line)?.[1];
    if (found && !NO_NAMES.has(found)) return found;
  }
  return null;
}

const indentOf = (line: string) => line.length - line.trimStart().length;
