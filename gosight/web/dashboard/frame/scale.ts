/** Fits the visitor's viewport into the frame page: as large as possible, never larger than it was, in the middle. */
export class Scale {
  #root: HTMLElement;
  #size = { width: 0, height: 0 };

  constructor(root: HTMLElement) {
    this.#root = root;
    addEventListener("resize", () => this.fit());
  }

  of(size: { width: number; height: number }): void {
    this.#size = size;
    this.fit();
  }

  fit(): void {
    const wrapper = this.#root.querySelector<HTMLElement>(".replayer-wrapper");
    const { width, height } = this.#size;
    if (!wrapper || !width || !height) return;
    const scale = Math.min(1, innerWidth / width, innerHeight / height);
    const [left, top] = [(innerWidth - width * scale) / 2, (innerHeight - height * scale) / 2];
    Object.assign(wrapper.style, { width: `${width}px`, height: `${height}px` });
    wrapper.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}
