/** What is kept in the browser between pages. One namespace a project, so that two of them on a site don't mix. */

export interface Store {
  /** Whether it outlives the page. */
  lasting: boolean;
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  names(): string[];
}

/** The browser's storage, or memory where the page may not use it (a sandboxed frame, cookies blocked). */
export function openStore(key: string, local: boolean): Store {
  const prefix = `gosight.${key.slice(-8)}.`;
  const disk = local ? reach() : null;
  const memory = new Map<string, string>();
  return {
    lasting: disk !== null,
    get: (name) => (disk ? disk.getItem(prefix + name) : memory.get(name)) ?? null,
    set(name, value) {
      if (!disk) memory.set(name, value);
      else
        try {
          disk.setItem(prefix + name, value);
        } catch {
          // Full: what does not fit is not kept.
        }
    },
    remove: (name) => (disk ? disk.removeItem(prefix + name) : void memory.delete(name)),
    names: () =>
      disk
        ? Object.keys(disk)
            .filter((name) => name.startsWith(prefix))
            .map((name) => name.slice(prefix.length))
        : [...memory.keys()],
  };
}

/** What was stored as JSON, null where it is none. */
export function parse<T>(text: string | null): T | null {
  try {
    return JSON.parse(text!) as T;
  } catch {
    return null;
  }
}

function reach(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
