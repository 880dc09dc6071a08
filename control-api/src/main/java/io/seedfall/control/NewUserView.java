package io.seedfall.control;

/**
 * A user that was made, with what is shown this once.
 *
 * @param token a secret, for that user alone
 * @param authority the fingerprint of the cluster's authority
 */
public record NewUserView(UserView user, String token, String authority) {
  /** Not the token. */
  @Override
  public String toString() {
    return "NewUserView[" + user.name() + "]";
  }
}
