/** Gzip in the browser, where there is one. */
import { breath } from "./idle";

/** Bytes that are compressed at once: less than a millisecond of work. */
const SLICE = 16_384;

export const canZip = (): boolean => typeof CompressionStream !== "undefined";

/** `hurry`: all at once, since the page goes; otherwise the page has its turn after each slice. */
export async function zip(text: string, hurry: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream("gzip");
  const parts = collect(stream.readable as ReadableStream<Uint8Array<ArrayBuffer>>);
  const writer = stream.writable.getWriter();
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += SLICE) {
    void writer.write(bytes.subarray(at, at + SLICE));
    if (!hurry) await breath();
  }
  void writer.close();
  return join(await parts);
}

/** Read by hand: promises alone are worked off while a page is left, and a Response's are not. */
async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>[]> {
  const reader = stream.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
  }
}

function join(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
