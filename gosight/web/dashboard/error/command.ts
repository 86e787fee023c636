/** What brings a missing source map here. Files and releases are what a visitor's browser sent: nothing of them may end a quote. */
import { fileName } from "../words/errors";

const PLAIN = /^[A-Za-z0-9@%+=:,./_-]+$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function quoted(text: string): string {
  const shown = text.replace(CONTROL, "?");
  return PLAIN.test(shown) && !shown.startsWith("-") ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}

export function uploadCommand(project: string, release: string | null, filename: string): string {
  const path = fileName(filename);
  const cut = path.lastIndexOf("/");
  const folder = path.slice(0, cut) || "/";
  const map = `./${path.slice(cut + 1)}.map`;
  const where = path.startsWith("/") ? ` --url-prefix ${quoted(folder)}` : "";
  return `gosight sourcemap upload ${quoted(project)} --release ${quoted(release ?? "1.0.0")} ${quoted(map)}${where}`;
}
