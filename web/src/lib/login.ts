/** Who may press which button, and what a file of credentials holds. The coordinator decides all of it again. */

export type Role = "VIEWER" | "PUBLISHER" | "DEPLOYER" | "ADMIN";

const ROLES: readonly Role[] = ["VIEWER", "PUBLISHER", "DEPLOYER", "ADMIN"];

/** Whether who has this role may do what needs that one. */
export function includes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whether every machine that a selector means is meant by the other as well: it has all of its terms. */
export function isWithin(selector: string, wider: string): boolean {
  const terms = new Set(selector.split(","));
  return wider === "all" || wider.split(",").every((term) => terms.has(term));
}

/** A file of credentials is small. */
export const FILE_BYTES_MAX = 64_000;

/** The token in the text of such a file; null when there is none. */
export function tokenIn(text: string): string | null {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const token = typeof file === "object" && file !== null ? (file as Record<string, unknown>).token : null;
  return typeof token === "string" && isToken(token) ? token : null;
}

/** Whether it looks like a user's token: whether it is one, the coordinator knows. */
export function isToken(text: string): boolean {
  return /^seedfall-user_[0-9a-f]{16}_[0-9a-f]{64}$/.test(text);
}
