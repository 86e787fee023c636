/** Style sheets that a shadow root has adopted are lost in a replay when its host is moved: they are told once more. */
import { EventType, IncrementalSource, NodeType, type eventWithTime } from "@rrweb/types";

/** Answers what has to follow an event, if anything has. */
export function createAdopted(): (event: eventWithTime) => eventWithTime[] {
  const styles = new Map<number, number[]>();

  return ({ type, data, timestamp }) => {
    if (type !== EventType.IncrementalSnapshot) return [];
    if (data.source === IncrementalSource.AdoptedStyleSheet) styles.set(data.id, data.styleIds);
    if (data.source !== IncrementalSource.Mutation || !styles.size) return [];
    const moved = data.adds.filter(({ node }) => node.type === NodeType.Element && styles.has(node.id));
    return moved.map(({ node: { id } }) => ({
      type,
      data: { source: IncrementalSource.AdoptedStyleSheet, id, styleIds: styles.get(id)! },
      timestamp,
    }));
  };
}
