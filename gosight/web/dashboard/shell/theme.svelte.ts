/** Light, dark, or as the system has it. public/theme.js applies the choice before the first paint. */
const KEY = "gosight-theme";
export type Theme = "light" | "dark" | "system";

const root = document.documentElement;

class Look {
  theme = $state<Theme>((root.dataset.theme as Theme | undefined) ?? "system");
  /** counts up when colours change, so that a canvas can draw anew */
  changes = $state(0);

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.changes++);
  }

  choose(theme: Theme) {
    this.theme = theme;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    this.changes++;
    try {
      if (theme === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // storage is switched off: the choice holds until the tab closes
    }
  }
}

export const look = new Look();
