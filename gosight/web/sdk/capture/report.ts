import type { SentEvent } from "../core/outbox";
import type { Properties } from "../gosight";

/** How a watcher hands over what it saw. The payload is made when it is known what must be masked. */
export type Report = (type: string, payload?: () => Properties, more?: Partial<SentEvent>) => void;
