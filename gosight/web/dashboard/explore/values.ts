/** What a column holds, told from DuckDB's name of its type, and how its values are written. */
import { exact } from "../words/dates";
import { count } from "../words/numbers";

export type Column = { name: string; type: string };
export type Value = unknown;
export type Kind = "number" | "time" | "date" | "json" | "flag" | "text";

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|REAL|DECIMAL|NUMERIC)\b/;

export function kindOf(type: string): Kind {
  const plain = type.toUpperCase();
  if (/\[\d*\]$|^(JSON|STRUCT|MAP|UNION|LIST)\b/.test(plain)) return "json";
  if (NUMBER.test(plain)) return "number";
  if (plain.startsWith("TIMESTAMP")) return "time";
  if (plain === "DATE") return "date";
  return plain === "BOOLEAN" ? "flag" : "text";
}

/** JSON that stands in a text is JSON all the same: properties are kept as they came. */
export function isJson(value: Value): boolean {
  if (typeof value === "object" && value !== null) return true;
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return false;
  try {
    return typeof JSON.parse(value) === "object";
  } catch {
    return false;
  }
}

const fraction = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const parts = new Map<string, Intl.DateTimeFormat>();

/** A value in one line. Numbers of ids and years carry no thousands separators: only what a person counts does. */
export function written(value: Value, kind: Kind, zone: string): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number" && kind === "number") {
    return Number.isInteger(value) ? count(value) : fraction.format(value);
  }
  if (kind === "time" && typeof value === "string") return localTime(value, zone);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** 2026-01-31 14:05:09, in the zone; with milliseconds where there are any. */
function localTime(iso: string, zone: string): string {
  const at = new Date(/Z|[+-]\d\d:?\d\d$/.test(iso) ? iso : `${iso.replace(" ", "T")}Z`);
  if (Number.isNaN(at.getTime())) return iso;
  let format = parts.get(zone);
  if (!format) {
    const digits = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
    format = new Intl.DateTimeFormat("sv", { ...digits, second: "2-digit", hourCycle: "h23", timeZone: zone });
    parts.set(zone, format);
  }
  const ms = at.getUTCMilliseconds();
  return format.format(at) + (ms ? `.${String(ms).padStart(3, "0")}` : "");
}

/** On hover, and where a cell is opened. */
export function whole(value: Value, kind: Kind, zone: string): string {
  if (value === null || value === undefined) return "null";
  if (kind === "time" && typeof value === "string" && !Number.isNaN(Date.parse(value))) return exact(value, zone);
  if (isJson(value)) return JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2);
  return String(value);
}

/** For a spreadsheet: what separates cells and rows may not stand in one. */
export function asTabs(columns: Column[], rows: Value[][]): string {
  const cell = (value: Value) =>
    (value === null || value === undefined
      ? ""
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value)
    ).replace(/[\t\r\n]+/g, " ");
  return [columns.map((column) => cell(column.name)), ...rows.map((row) => row.map(cell))]
    .map((row) => row.join("\t"))
    .join("\n");
}
