/** One visitor's timeline, newest first, by day of the project's zone and then by session. */
import type { TimelineItem } from "../api/types";
import { add, type Line } from "../stream/group";
import { dayName } from "../words/dates";

export type Visit = { key: string; session: string | null; lines: Line[]; newest: string; oldest: string };
export type Day = { name: string; visits: Visit[] };

export function byDay(items: TimelineItem[], zone: string): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const name = dayName(item.timestamp, zone);
    let day = days.at(-1);
    if (day?.name !== name) days.push((day = { name, visits: [] }));
    let visit = day.visits.at(-1);
    if (!visit || visit.session !== item.session_id) {
      visit = { key: item.id, session: item.session_id, lines: [], newest: item.timestamp, oldest: item.timestamp };
      day.visits.push(visit);
    }
    visit.oldest = item.timestamp;
    add(visit.lines, item);
  }
  return days;
}
