/** When nothing happened: stretches of a replay that may be jumped over. */

export type Span = { from: number; to: number };

const QUIET_MS = 5000; // people look at things; after that they are away

/** `chunks` in order of time; `acts` of a chunk is null where it was not loaded yet, so that nothing is known of it. */
export function idleSpans(chunks: { start: number; end: number; acts: readonly number[] | null }[]): Span[] {
  const spans: Span[] = [];
  let last = chunks[0]?.start ?? 0; // until then something happened, or may have
  const quietUntil = (at: number) => {
    if (at - last > QUIET_MS) spans.push({ from: last, to: at });
    last = Math.max(last, at);
  };
  for (const { start, end, acts } of chunks) {
    if (acts) acts.forEach(quietUntil);
    else {
      quietUntil(start);
      last = Math.max(last, end);
    }
  }
  quietUntil(Math.max(last, ...chunks.map(({ end }) => end)));
  return spans;
}

/** The span that a moment is in. */
export const spanAt = (spans: Span[], at: number): Span | undefined =>
  spans.find((span) => at >= span.from && at < span.to);
