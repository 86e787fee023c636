/** Where elements of a page at rest are, for whoever draws over it: the heatmaps. Selectors are whatever a visitor's browser sent. */

/** In CSS pixels of the visitor's screen, from the page's upper left corner. */
export type Box = { left: number; top: number; width: number; height: number };

/** In the order of the selectors; null where there is no such element, or nothing of it to be seen. */
export function measure(page: Document, selectors: string[]): (Box | null)[] {
  return selectors.map((selector) => {
    const found = find(page, selector)?.getBoundingClientRect();
    if (!found?.width || !found.height) return null;
    const { scrollX = 0, scrollY = 0 } = page.defaultView ?? {};
    return { left: found.left + scrollX, top: found.top + scrollY, width: found.width, height: found.height };
  });
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
