/** GoSight's browser SDK: what a page can call. The same text is served at /gosight.d.ts. */

export interface InitOptions {
  /** The project's write key, `gs_live_…`. */
  key: string;
  /** Where GoSight answers, `https://host`. Default: where this script came from. */
  endpoint?: string;
  /** False: no page view is sent by itself, neither on load nor on navigation; call `page()`. Default: true. */
  autoPage?: boolean;
  /** Which release of your code this page runs. It is told with each error, so that its source maps are found. */
  release?: string;
}

/** What JSON can hold. Texts are kept as they are; one event may take 20,000 characters. */
export type Properties = Record<string, unknown>;

export interface GoSight {
  /** Starts. A second call does nothing. */
  init(options: InitOptions): void;
  /** Names the person. Everything after this call belongs to that user, on later pages too, until `reset()`. */
  identify(userId: string | number, traits?: Properties): void;
  /** Sends an event of your own. */
  track(name: string, properties?: Properties): void;
  /** Sends a page view for the present address (for pages with `autoPage: false`). */
  page(): void;
  /** Adds to what every later event of this page carries as `context` in its payload; null takes a name away. */
  setContext(attributes: Properties): void;
  /** The session's id, or null: before the project's settings have come, and where nothing is stored in the browser. */
  getSessionId(): string | null;
  /** The visitor's id, or null as above. */
  getVisitorId(): string | null;
  /** Ends the session and opens another. */
  startNewSession(): void;
  /** Takes no further events on this page, and records no more of it, until `resume()`. What was taken is still sent. */
  pause(): void;
  resume(): void;
  /** Sends nothing any more, on later pages too, and forgets all that was stored but for this choice. */
  optOut(): void;
  optIn(): void;
  /** Forgets the user, the visitor and the session, as after signing out on a shared device. */
  reset(): void;
  /** Sends what waits. Resolves when it was taken or has to wait for another try. */
  flush(): Promise<void>;
}

declare const gosight: GoSight;
export default gosight;

/** A call made before the script has loaded: `["track", "Signed up", {plan: "pro"}]`. */
export type QueuedCall = [method: keyof GoSight, ...args: unknown[]];

declare global {
  interface Window {
    gosight?: GoSight & { push(...calls: QueuedCall[]): void };
  }
}
