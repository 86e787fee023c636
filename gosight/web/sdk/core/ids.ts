const random = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** UUID version 7: begins with the time, so that ids of one day lie together on the server. */
export function uuid7(now: number): string {
  const bytes = random(16);
  bytes[6] = 0x70 | (bytes[6]! & 15);
  bytes[8] = 0x80 | (bytes[8]! & 63);
  const text = now.toString(16).padStart(12, "0") + hex(bytes).slice(12);
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** `v_` for a visitor, `s_` for a session, and 80 random bits. */
export function newId(prefix: string): string {
  return prefix + hex(random(10));
}
