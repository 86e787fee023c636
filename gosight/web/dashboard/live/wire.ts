/** One WebSocket that is kept open: who we are, what we want to hear, and what to do when the line breaks. */
import { accessToken, renew } from "../api/client";

export type Told = { type: string; data?: unknown; error?: { code: string; message: string } };
/**
 * connecting: for the first time; open: we hear everything; waiting: the line broke and we try again; elsewhere: another
 * connection of ours has the place; refused: trying again would not help.
 */
export type State = "connecting" | "open" | "waiting" | "elsewhere" | "refused";

const CLIENT = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
const CHANNELS = ["sessions", "events", "alerts"];
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SILENCE_MS = 20_000; // the server says something every 5 s: after four times that the line is dead

export class Wire {
  #socket: WebSocket | null = null;
  #tries = 0;
  #timer = 0;
  #silence = 0;
  #over = false;
  #renewed = false;

  constructor(
    readonly project: string,
    readonly hear: (told: Told) => void,
    readonly be: (state: State, why: string) => void,
  ) {
    addEventListener("online", this.#again);
    document.addEventListener("visibilitychange", this.#again);
    this.#connect(false);
  }

  /** Our place is taken by another tab or device: end that one's connection. */
  takeOver = () => {
    clearTimeout(this.#timer);
    this.be("connecting", "");
    this.#connect(true);
  };

  close() {
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    removeEventListener("online", this.#again);
    document.removeEventListener("visibilitychange", this.#again);
    this.#socket?.close();
  }

  /** Somebody looks again, or the network is back: waiting any longer makes no sense. */
  #again = () => {
    if (!this.#timer || document.hidden) return;
    clearTimeout(this.#timer);
    this.#connect(false);
  };

  #connect(takeOver: boolean) {
    this.#timer = 0;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const path = `/api/v1/projects/${encodeURIComponent(this.project)}/realtime`;
    const socket = new WebSocket(`${scheme}://${location.host}${path}`);
    let why = { code: "", message: "" };
    this.#socket = socket;
    this.#listenForSilence(socket);
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "auth", token: accessToken() ?? "", client: CLIENT, take_over: takeOver }));
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      this.#listenForSilence(socket);
      const told = JSON.parse(message.data) as Told;
      if (told.type === "error" && told.error) why = told.error;
      if (told.type === "authenticated") socket.send(JSON.stringify({ type: "subscribe", channels: CHANNELS }));
      if (told.type === "subscribed") {
        this.#tries = 0;
        this.#renewed = false;
        this.be("open", "");
      }
      this.hear(told);
    };
    socket.onclose = (closed) => {
      if (!this.#over && socket === this.#socket) void this.#closed(closed.code, why.message);
    };
  }

  async #closed(code: number, why: string) {
    clearTimeout(this.#silence);
    if (code === 4401 && !this.#renewed) {
      this.#renewed = true;
      if (await renew().catch(() => null)) return this.#over || this.#connect(false);
    }
    if (code === 4409 || code === 4429) return this.be("elsewhere", why);
    if (code >= 4400 && code < 4500) return this.be("refused", why);
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#tries++, LONGEST_WAIT_MS) * (0.5 + Math.random());
    this.be("waiting", why);
    this.#timer = window.setTimeout(() => this.#connect(false), wait);
  }

  #listenForSilence(socket: WebSocket) {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => {
      socket.onclose = null;
      socket.close();
      void this.#closed(1006, "");
    }, SILENCE_MS);
  }
}
