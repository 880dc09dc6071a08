/** Dark, light, or as the system says; kept in this browser. */
export const THEMES = ["auto", "dark", "light"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "seedfall-theme";

export function recall(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage is forbidden: nothing is kept
  }
}

export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // storage is forbidden: nothing is kept
  }
}

class Appearance {
  theme = $state<Theme>(THEMES.find((one) => one === recall(KEY)) ?? "auto");
  /** Counts changes of what is seen, for those who draw. */
  changes = $state(0);

  private readonly system = matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    this.system.addEventListener("change", () => this.show());
    this.show();
  }

  next(): void {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length]!;
    store(KEY, this.theme);
    this.show();
  }

  private show(): void {
    const dark = this.theme === "dark" || (this.theme === "auto" && this.system.matches);
    document.documentElement.dataset.scheme = dark ? "dark" : "light";
    this.changes++;
  }
}

export const appearance = new Appearance();

/** A colour of page.css. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
