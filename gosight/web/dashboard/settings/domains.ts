/** Domains as people type them: by line, comma or space, sometimes with https:// before and a path behind. */
export function asDomains(text: string): string[] {
  const names = text.split(/[\s,]+/).map((each) =>
    each
      .trim()
      .replace(/^https?:\/\//i, "")
      .replace(/\/.*$/, "")
      .toLowerCase(),
  );
  return [...new Set(names.filter(Boolean))];
}
