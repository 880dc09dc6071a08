package io.seedfall.control.identity;

/**
 * What a user shows with every request: {@code seedfall-user_ID_SECRET}.
 *
 * @param id under which the coordinator finds it
 * @param secret 64 hexadecimal digits, never stored by the coordinator
 */
public record UserToken(String id, String secret) {
  private static final String KIND = "seedfall-user";

  /** Refuses what is none, without repeating it. */
  public UserToken {
    Secrets.check(id, secret);
  }

  /** Reads one. */
  public static UserToken parse(String text) {
    String[] parts = text.split("_", -1);
    if (parts.length != 3 || !parts[0].equals(KIND)) {
      throw new IllegalArgumentException("token: not a user's token");
    }
    return new UserToken(parts[1], parts[2]);
  }

  /** As it is shown: a secret. */
  public String text() {
    return KIND + "_" + id + "_" + secret;
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "UserToken[" + id + "]";
  }
}
