import { api, Refused, whenUnknown, type Who } from "./api";
import { includes, isWithin, type Role } from "./login";

const RETRY_MILLIS = 2_000;

/** Who looks at the page, as far as the coordinator knows. There is one. */
export class Whoever {
  /** Null while nobody is known: then nothing is asked for. */
  view = $state.raw<Who | null>(null);
  /** Whether the coordinator wants somebody to log in. */
  outside = $state(false);
  /** Why somebody who was inside is not any more. */
  words = $state("");
  /** Why the coordinator did not say. */
  trouble = $state("");
  private looking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    whenUnknown(() => void this.look());
    document.addEventListener("visibilitychange", this.seen);
    void this.look();
  }

  stop(): void {
    whenUnknown(() => {});
    document.removeEventListener("visibilitychange", this.seen);
    clearTimeout(this.timer);
  }

  /** The token is asked about and forgotten: what the browser keeps is a cookie that no script can read. */
  async login(token: string): Promise<void> {
    this.view = await api.login(token);
    this.outside = false;
    this.words = "";
  }

  async logout(): Promise<void> {
    await api.logout();
    this.leave("You have logged out.");
  }

  may(role: Role): boolean {
    return this.view !== null && includes(this.view.role, role);
  }

  /** Why a deployment to such machines may not be changed; empty when it may. */
  barred(selector: string): string {
    const who = this.view;
    return who === null || isWithin(selector, who.selector)
      ? ""
      : `${who.name} may change deployments to ${who.selector} only`;
  }

  private leave(words: string): void {
    this.view = null;
    this.outside = true;
    this.words = words;
  }

  /** In another tab somebody else may have logged in. */
  private readonly seen = () => {
    if (!document.hidden && !this.outside) {
      void this.look();
    }
  };

  private async look(): Promise<void> {
    if (this.looking || this.outside) {
      return;
    }
    this.looking = true;
    clearTimeout(this.timer);
    try {
      this.view = await api.whoami();
      this.trouble = "";
    } catch (e) {
      if (e instanceof Refused && e.status === 401) {
        this.trouble = "";
        this.leave(this.view ? "Your login has ended. Log in again: you come back to this view." : "");
      } else {
        this.trouble = e instanceof Error ? e.message : String(e);
        this.timer = setTimeout(() => void this.look(), RETRY_MILLIS);
      }
    } finally {
      this.looking = false;
    }
  }
}

export const who = new Whoever();
