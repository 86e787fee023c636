/** Addresses inside a recording: which may stay. Nothing here is fetched by us; the browser does where a picture or a style asks. */

/** As a browser reads it: it skips control characters and blanks wherever they stand before the colon. */
export function scheme(address: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = address.slice(0, 4096).replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff]/g, "");
  return /^([a-z][a-z0-9+.-]*):/i.exec(plain)?.[1]?.toLowerCase() ?? "";
}

/** Without a scheme, or over http: */
const ORDINARY = ["", "http", "https"];

/** What a page shows: pictures and style sheets. `data:` only where it holds one of these. */
export function isMaterial(address: string): boolean {
  const kind = scheme(address);
  if (kind === "data") return /^\s*data:\s*(image|font)\/|^\s*data:\s*text\/css/i.test(address);
  return kind === "blob" || ORDINARY.includes(kind);
}

/** Where a link leads. Nobody can follow it in a replay, but its look depends on having one. */
export function isLink(address: string): boolean {
  return [...ORDINARY, "mailto", "tel", "sms"].includes(scheme(address));
}

/** A part of the same document. */
export const isInside = (address: string): boolean => address.trimStart().startsWith("#");
