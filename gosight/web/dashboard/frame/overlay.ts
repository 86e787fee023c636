/**
 * What is drawn over a page at rest: heatmaps. The frame page calls `draw` with the rebuilt document and a canvas that lies exactly
 * over it, in CSS pixels of the visitor's screen, and calls it again whenever the page's size changes.
 */

/** What to draw. It comes from the dashboard by message, so it is plain data. */
export type Overlay = { kind: "none" };

/** What the drawing found out, for the list beside the page. */
export type Drawn = { placed: number; lost: number };

export function draw(page: Document, canvas: HTMLCanvasElement, overlay: Overlay): Drawn {
  void page;
  void overlay;
  canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
  return { placed: 0, lost: 0 };
}

/** The first element that a selector finds, also behind open shadow roots; null where it finds none or is no selector. */
export function find(root: Document | ShadowRoot, selector: string): Element | null {
  try {
    const found = root.querySelector(selector);
    if (found) return found;
  } catch {
    return null;
  }
  for (const element of root.querySelectorAll("*")) {
    const behind = element.shadowRoot && find(element.shadowRoot, selector);
    if (behind) return behind;
  }
  return null;
}
