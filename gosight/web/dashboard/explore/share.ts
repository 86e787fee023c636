/** A query's text as a part of an address: compressed, in letters that addresses may hold. Long ones stay out of it. */
const MOST = 2_000; // characters; some mail programs cut longer addresses

export async function packed(text: string): Promise<string | null> {
  if (!text.trim() || text.length > 20 * MOST || !("CompressionStream" in window)) return null;
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  const letters = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
  return letters.length <= MOST ? letters : null;
}

/** Null where the address was cut or changed. */
export async function unpacked(letters: string): Promise<string | null> {
  try {
    const raw = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(
      await through(bytes, new DecompressionStream("deflate-raw"), 64 * 1024),
    );
  } catch {
    return null;
  }
}

/** A few letters of an address may unpack to gigabytes: no more is taken than a query may be long. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most = Infinity,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array[] = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error("too long");
    }
    pieces.push(value);
  }
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
