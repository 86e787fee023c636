/** A query of one long line, as the API gives it to a question in words, in lines that can be read. */
const LONG = 80;
const CLAUSE =
  /(?:UNION ALL|UNION|FROM|(?:LEFT |INNER |CROSS |FULL )?JOIN|PREWHERE|WHERE|GROUP BY|HAVING|QUALIFY|ORDER BY|LIMIT)\b/iy;
const CONDITION = /AND\b/iy;
/** Texts, quoted names and remarks: whatever stands in them stays as it is. */
const WHOLE = /'(?:[^'\\]|\\.|'')*'|"[^"]*"|`[^`]*`|--|\/\*/y;

export function inLines(sql: string): string {
  const text = sql.trim();
  if (text.length <= LONG || text.includes("\n")) return sql;
  let made = "";
  let depth = 0;
  let between = false; // BETWEEN a AND b
  for (let at = 0; at < text.length;) {
    const held = matched(WHOLE, text, at);
    if (held === "--" || held === "/*") return sql;
    if (held) {
      made += held;
      at += held.length;
      continue;
    }
    if (depth === 0 && (at === 0 || /\s/.test(text[at - 1]!))) {
      if (matched(/BETWEEN\b/iy, text, at)) between = true;
      const clause = matched(CLAUSE, text, at);
      const condition = clause ? "" : matched(CONDITION, text, at);
      if (clause && at) made = `${made.trimEnd()}\n`;
      else if (condition && !between) made = `${made.trimEnd()}\n  `;
      if (condition) between = false;
      const word = clause || condition;
      if (word) {
        made += word;
        at += word.length;
        continue;
      }
    }
    if (text[at] === "(") depth++;
    if (text[at] === ")") depth--;
    made += text[at++];
  }
  return made;
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
