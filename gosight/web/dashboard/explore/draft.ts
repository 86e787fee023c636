/** What was written and not saved, kept in this browser for each project. */
/** `typed`: a person wrote it; else it is an example, an answer, a figure, and needs no care. */
export type Draft = { sql: string; saved: string | null; typed: boolean };

const key = (project: string) => `gosight-explore-${project}`;

export function kept(project: string): Draft | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(project)) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { sql, saved, typed } = found as Partial<Draft>;
    return typeof sql === "string" && sql.trim()
      ? { sql, saved: typeof saved === "string" ? saved : null, typed: typed !== false }
      : null;
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

export function keep(project: string, draft: Draft | null): void {
  try {
    if (draft?.sql.trim()) localStorage.setItem(key(project), JSON.stringify(draft));
    else localStorage.removeItem(key(project));
  } catch {
    // storage is switched off or full: the draft lasts as long as the page
  }
}
