/** What stands for a value or a text that is not told. */
import type { Marks } from "./marks";
import type { Secrets } from "./secrets";

/** Says nothing of how long it was. */
const NEVER = "*".repeat(8);
const MAX_STARS = 100;
const CARD_DIGITS = /^\d{13,19}$/;

export const masked = (text: string): string => text.replace(/\S/g, "*");

/** The value of a field as it may be told; rrweb asks for each input, textarea and select. */
export function maskValue(marks: Marks, secrets: Secrets, value: string, field: Element): string {
  if (!value) return "";
  const never = marks.isNeverTold(field);
  if (!never && !marks.isSecretField(field) && !marks.isMasked(field) && !isCardNumber(value)) return value;
  secrets.note(value, field);
  return never ? NEVER : "*".repeat(Math.min(value.length, MAX_STARS));
}

/** By the check digit that all card numbers have (ISO/IEC 7812). */
function isCardNumber(value: string): boolean {
  const digits = value.replace(/[\s-]/g, "");
  if (!CARD_DIGITS.test(digits)) return false;
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const counted = Number(digit) * (1 + (place % 2));
    sum += counted > 9 ? counted - 9 : counted;
  });
  return sum % 10 === 0;
}
