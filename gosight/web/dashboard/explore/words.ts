/** Questions in words: contract 2's POST /ai/query. */
import { inquireAt } from "../api/client";

export type Answered = {
  sql: string;
  explanation: string;
  insights: string | null;
  related_queries: string[];
  source: string;
  cached: boolean;
};

/** What the built-in catalogue surely understands. */
export const EXAMPLES = [
  "Find users who abandoned cart after viewing pricing 3+ times",
  "What are the most common events in the last hour?",
  "Show me conversion funnel for signup process",
  "Compare page views today vs yesterday",
  "Which pages have the highest bounce rate?",
];

export async function askInWords(project: string, query: string, signal: AbortSignal): Promise<Answered> {
  const found = await inquireAt<Partial<Answered> & { sql: string }>(
    "/ai/query",
    { customer_id: project, query, execute: true },
    signal,
  );
  return {
    sql: found.sql,
    explanation: found.explanation ?? "",
    insights: found.insights ?? null,
    related_queries: (found.related_queries ?? []).slice(0, 6),
    source: found.source ?? "",
    cached: found.cached ?? false,
  };
}
