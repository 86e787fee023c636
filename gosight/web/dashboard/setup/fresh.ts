/** Keys of projects created in this tab: the API shows a key once, and the install page follows right after. Memory only. */
export const fresh = new Map<string, string>();
