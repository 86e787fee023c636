/** Colours as a canvas wants them: the browser works out what a variable is in this theme. */
export function colours(near: HTMLElement, ...names: string[]): (name: string) => string {
  const probe = near.appendChild(document.createElement("i"));
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const known = Object.fromEntries([...names, "surface", "line", "edge", "muted"].map((name) => [name, read(name)]));
  probe.remove();
  return (name) => known[name]!;
}
