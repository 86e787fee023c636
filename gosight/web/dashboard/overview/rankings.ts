/** The tables of the overview: what each tab shows and what its rows filter by. */
import type { BreakdownBy, Change, Charts } from "../api/types";
import type { Filter } from "../address/view";

export type Row = { value: string | null; number: number; change: Change; seconds?: number | null };
export type Ranking = {
  by: BreakdownBy;
  name: string;
  unit: "Sessions" | "Views";
  filter: Filter;
  rows: (charts: Charts) => Row[];
};
export type Card = { key: string; name: string; tabs: Ranking[] };

type Counted = { sessions: number; change: Change };
const counted =
  <K extends string>(key: K) =>
  (row: Record<K, string | null> & Counted): Row => ({ value: row[key], number: row.sessions, change: row.change });

export const CARDS: Card[] = [
  {
    key: "pages",
    name: "Pages",
    tabs: [
      {
        by: "path",
        name: "Pages",
        unit: "Views",
        filter: "path",
        rows: ({ top_pages }) =>
          top_pages.map((row) => ({ value: row.path, number: row.views, change: row.change, seconds: row.avg_time })),
      },
      {
        by: "entry_path",
        name: "Entry",
        unit: "Sessions",
        filter: "path",
        rows: (c) => c.entry_pages.map(counted("path")),
      },
      {
        by: "exit_path",
        name: "Exit",
        unit: "Sessions",
        filter: "path",
        rows: (c) => c.exit_pages.map(counted("path")),
      },
    ],
  },
  {
    key: "sources",
    name: "Sources",
    tabs: [
      {
        by: "referrer",
        name: "Sources",
        unit: "Sessions",
        filter: "referrer",
        rows: (c) => c.top_referrers.map(counted("source")),
      },
      {
        by: "utm_source",
        name: "UTM source",
        unit: "Sessions",
        filter: "utm_source",
        rows: (c) => c.utm_sources.map(counted("utm_source")),
      },
      {
        by: "utm_medium",
        name: "Medium",
        unit: "Sessions",
        filter: "utm_medium",
        rows: (c) => c.utm_mediums.map(counted("utm_medium")),
      },
      {
        by: "utm_campaign",
        name: "Campaign",
        unit: "Sessions",
        filter: "utm_campaign",
        rows: (c) => c.utm_campaigns.map(counted("utm_campaign")),
      },
    ],
  },
  {
    key: "places",
    name: "Places",
    tabs: [
      {
        by: "country",
        name: "Countries",
        unit: "Sessions",
        filter: "country",
        rows: (c) => c.countries.map(counted("country")),
      },
    ],
  },
  {
    key: "technology",
    name: "Technology",
    tabs: [
      {
        by: "browser",
        name: "Browsers",
        unit: "Sessions",
        filter: "browser",
        rows: (c) => c.browsers.map(counted("browser")),
      },
      { by: "os", name: "OS", unit: "Sessions", filter: "os", rows: (c) => c.os.map(counted("os")) },
      {
        by: "device_type",
        name: "Devices",
        unit: "Sessions",
        filter: "device_type",
        rows: (c) => c.device_types.map(counted("device_type")),
      },
    ],
  },
];

export const rankingBy = (by: string): Ranking | undefined =>
  CARDS.flatMap((card) => card.tabs).find((ranking) => ranking.by === by);
