/** What was masked of late, so that it does not leave by another way: in a console line, or in an address. */

export interface Secrets {
  /** `owner`: the field or text that holds it; what it held before and only grew is forgotten. */
  note(text: string, owner: object): void;
  /** The text without them. */
  clean(text: string): string;
  /** An address without them, however they are written there. */
  cleanAddress(address: string): string;
}

/** Shorter ones stand in every other word. */
const MIN_LENGTH = 3;
const MAX_LENGTH = 300;
const MAX_KEPT = 300;
const HIDDEN = "***";

export function createSecrets(): Secrets {
  const kept = new Set<string>();
  const held = new WeakMap<object, string>();

  function clean(text: string): string {
    for (const secret of kept) if (text.includes(secret)) text = text.split(secret).join(HIDDEN);
    return text;
  }

  return {
    clean,
    note(text, owner) {
      const secret = text.trim();
      if (secret.length < MIN_LENGTH || secret.length > MAX_LENGTH) return;
      const before = held.get(owner);
      if (before && secret.startsWith(before)) kept.delete(before);
      held.set(owner, secret);
      kept.delete(secret);
      kept.add(secret);
      for (const oldest of kept) if (kept.size > MAX_KEPT) kept.delete(oldest);
    },
    cleanAddress(address) {
      if (clean(address) === address && clean(decoded(address)) === decoded(address)) return address;
      return address
        .split(/([/?#&=;])/)
        .map((part) => (clean(decoded(part)) === decoded(part) ? part : HIDDEN))
        .join("");
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/\+/g, " "));
  } catch {
    return part;
  }
}
