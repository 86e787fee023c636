/** What there is to ask about. It stands apart from the editor, whose code is fetched only where it is shown. */
export type Known = {
  tables: { name: string; description: string; columns: { name: string; type: string; description: string }[] }[];
  functions: { name: string; signature: string; description: string }[];
};

export const NOTHING: Known = { tables: [], functions: [] };
