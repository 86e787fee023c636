/** Results as files: the query is asked again, so that the file holds what the server sends, not what the page shows. */
import { fetchFile } from "../api/client";

export type Format = { name: string; use: string; type: string; ending: string };

export const FORMATS: Format[] = [
  { name: "CSV", use: "for spreadsheets", type: "text/csv", ending: "csv" },
  { name: "JSON", use: "one array", type: "application/json", ending: "json" },
  { name: "NDJSON", use: "a line a row", type: "application/x-ndjson", ending: "ndjson" },
  { name: "Parquet", use: "with its types", type: "application/vnd.apache.parquet", ending: "parquet" },
];

export async function save(project: string, sql: string, format: Format, name: string): Promise<void> {
  const url = `/projects/${encodeURIComponent(project)}/sql/file`;
  const file = await fetchFile(url, { sql }, format.type);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${name.replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60) || "query"}.${format.ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
