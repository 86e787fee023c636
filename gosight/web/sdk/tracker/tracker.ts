/** `AnalyticsTracker`, as contract 2 has it, around the SDK's own core: the same visitor, session, batches and retries. */
import { createTracker, type Own } from "../client";
import { cut, guard, warn } from "../core/guard";
import type { GoSight, Properties } from "../gosight";
import type { AnalyticsTracker, TrackerOptions } from "../tracker";

/** The class for pages that load this script from `ownEndpoint`. */
export function trackerFrom(ownEndpoint: string | null): new (options: TrackerOptions) => AnalyticsTracker {
  return class AnalyticsTracker {
    #own: Own = { customer: "" };
    #client?: GoSight;
    #debug = false;

    constructor(options: TrackerOptions) {
      guard(() => {
        const { apiUrl, customerId, apiKey, batchSize, flushInterval, autoTrackPageViews, debug } = options ?? {};
        if (!customerId) return warn("AnalyticsTracker needs {customerId: '…'}");
        this.#debug = Boolean(debug);
        this.#own = { customer: String(customerId), key: apiKey, events: batchSize, ms: flushInterval };
        this.#client = createTracker(ownEndpoint, this.#own);
        this.#client.init({ key: apiKey || this.#own.customer, endpoint: apiUrl, autoPage: autoTrackPageViews });
      })();
    }

    track(type: string, name?: string, properties?: Properties): void {
      guard(() => {
        const copy = JSON.parse(JSON.stringify(properties ?? {})) as Properties;
        this.#tell("track", type, name, copy);
        this.#own.record?.(cut(type, 100), () => copy, { name: name === undefined ? name : cut(name, 100) });
      })();
    }

    page(given?: Properties & { page?: string; title?: string }): void {
      guard(() => {
        this.#tell("page", given);
        if (!given) return this.#client?.page();
        const copy = JSON.parse(JSON.stringify(given)) as Properties;
        copy.title ??= cut(document.title, 500);
        this.#own.page?.(cut(new URL(given.page ?? "", location.href).href, 2048), copy);
      })();
    }

    formSubmit(form: string, properties?: Properties): void {
      this.track("form_submit", form, { form_id: form, ...properties });
    }

    identify(user: string | number, traits?: Properties): void {
      this.#tell("identify", user);
      this.#client?.identify(user, traits);
    }

    async flush(): Promise<void> {
      this.#tell("flush");
      await this.#client?.flush();
    }

    #tell(...what: unknown[]): void {
      if (this.#debug) console.log("AnalyticsTracker:", ...what);
    }
  };
}
