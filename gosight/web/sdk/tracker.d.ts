/** Contract 2's tracker: what a page can call. The same text is served at /tracker.d.ts. */

export interface TrackerOptions {
  /** Where GoSight answers, `https://host`. Default: where this script came from. */
  apiUrl?: string;
  /** The project, by its id or slug. */
  customerId: string;
  /** The project's write key, `gs_live_…`. Without it only a server that runs with `--dev` takes anything. */
  apiKey?: string;
  /** So many events are sent at once. Default: 10. */
  batchSize?: number;
  /** After so many milliseconds fewer are sent, too. Default: 5000. */
  flushInterval?: number;
  /** False: no page view is sent by itself, neither on load nor on navigation; call `page()`. Default: true. */
  autoTrackPageViews?: boolean;
  /** Says in the console what is tracked. */
  debug?: boolean;
}

/** What JSON can hold. */
export type TrackedProperties = Record<string, unknown>;

export interface AnalyticsTracker {
  /** An event of any type, with a name and properties of its own. */
  track(eventType: string, eventName?: string, properties?: TrackedProperties): void;
  /** A page view: of the present address, or of `page` (a path or an address). */
  page(view?: TrackedProperties & { page?: string; title?: string }): void;
  /** A form was sent. Tell of its fields what you want to be known: nothing of them is read. */
  formSubmit(form: string, properties?: TrackedProperties): void;
  /** Names the person. Everything after this call belongs to that user, on later pages too. */
  identify(userId: string | number, traits?: TrackedProperties): void;
  /** Sends what waits. Resolves when it was taken or has to wait for another try. */
  flush(): Promise<void>;
}

export declare const AnalyticsTracker: new (options: TrackerOptions) => AnalyticsTracker;
export default AnalyticsTracker;
