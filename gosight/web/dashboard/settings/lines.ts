/** A list as people write it: one entry a line. */
export const linesOf = {
  show: (entries: readonly string[]): string => entries.join("\n"),
  /** As it is written; a line that is still empty stays one. */
  read: (text: string): string[] => text.split("\n"),
};

/** The entries alone. */
export function entriesOf(lines: readonly string[]): string[] {
  return lines.map((each) => each.trim()).filter(Boolean);
}
