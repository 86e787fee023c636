/** The dashboard's end: one frame page, written to as soon as it is there. */
import { hear, say, type FromFrame, type ToFrame } from "./messages";

export const FRAME_PAGE = "/app/frame.html";

export class FrameLink {
  #frame: HTMLIFrameElement;
  #waiting: ToFrame[] | null = [];
  #stop: () => void;

  constructor(frame: HTMLIFrameElement, heard: (message: FromFrame) => void) {
    this.#frame = frame;
    this.#stop = hear<FromFrame>(
      () => frame.contentWindow,
      (message) => {
        if (message.kind === "ready") this.#ready();
        heard(message);
      },
    );
  }

  send(message: ToFrame): void {
    if (this.#waiting) this.#waiting.push(message);
    else if (this.#frame.contentWindow) say(this.#frame.contentWindow, message);
  }

  close(): void {
    this.#stop();
  }

  #ready(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const message of waiting) this.send(message);
  }
}
