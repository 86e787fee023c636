/** Questions in words: contract 2's POST /ai/query. */
import { ApiError, inquireAt } from "../api/client";
import { inLines } from "./lines";

export type Answered = {
  sql: string;
  explanation: string;
  insights: string | null;
  related_queries: string[];
  source: string;
  cached: boolean;
};

/** What the built-in catalogue surely understands, where the API does not say. */
const EXAMPLES = [
  "Find users who abandoned cart after viewing pricing 3+ times",
  "What are the most common events in the last hour?",
  "Show me conversion funnel for signup process",
  "Compare page views today vs yesterday",
  "Which pages have the highest bounce rate?",
];

/** The API names questions that need no model where it has none. */
export function examplesOf(error: unknown): string[] {
  const details = error instanceof ApiError ? (error.details as { examples?: unknown } | null) : null;
  const told = Array.isArray(details?.examples) ? details.examples.filter((each) => typeof each === "string") : [];
  return told.length ? told.slice(0, 12) : EXAMPLES;
}

export async function askInWords(project: string, query: string, signal: AbortSignal): Promise<Answered> {
  const found = await inquireAt<Partial<Answered> & { sql: string }>(
    "/ai/query",
    { customer_id: project, query, execute: true },
    signal,
  );
  return {
    sql: inLines(found.sql),
    explanation: found.explanation ?? "",
    insights: found.insights ?? null,
    related_queries: (found.related_queries ?? []).slice(0, 6),
    source: found.source ?? "",
    cached: found.cached ?? false,
  };
}
