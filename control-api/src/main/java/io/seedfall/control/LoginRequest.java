package io.seedfall.control;

/**
 * A user logs in with a browser.
 *
 * @param token of the user, a secret
 */
public record LoginRequest(String token) {
  /** Not the token. */
  @Override
  public String toString() {
    return "LoginRequest[]";
  }
}
