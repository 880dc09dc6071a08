package io.seedfall.control;

/**
 * A token to join, which is shown this once.
 *
 * @param agent whom it makes a member
 * @param token a secret, for the machine alone
 * @param expiresMillis until when it may be used
 */
public record TokenView(String agent, String token, long expiresMillis) {
  /** Not the token. */
  @Override
  public String toString() {
    return "TokenView[" + agent + "]";
  }
}
