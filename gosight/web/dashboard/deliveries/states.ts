/** What became of a delivery, in words. */
import type { DeliveryState } from "../api/types";

export const STATES = ["pending", "delivered", "failed", "skipped"] as const satisfies DeliveryState[];

export const stateName: Record<DeliveryState, string> = {
  pending: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
  skipped: "Not sent",
};

export function stateOf(query: URLSearchParams): DeliveryState | null {
  return STATES.find((state) => state === query.get("state")) ?? null;
}
