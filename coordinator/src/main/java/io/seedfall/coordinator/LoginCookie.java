package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.identity.Secrets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a browser has from its login: {@code ID.SECRET}, and nothing of the token. The prefix of its
 * name has browsers refuse it when it was not set by this very host over TLS, and its attributes
 * keep it from scripts, from other sites, and from requests in the clear.
 *
 * @param id under which the coordinator finds the login
 * @param secret 64 hexadecimal digits, never stored by the coordinator
 */
record LoginCookie(String id, String secret) {
  /** What it is called. */
  static final String NAME = "__Host-seedfall";

  private static final Pattern VALUE = Pattern.compile("[0-9a-f]{16}\\.[0-9a-f]{64}");
  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

  /** A new one. */
  static LoginCookie drawn() {
    return new LoginCookie(Secrets.newId(), Secrets.newSecret());
  }

  /** That of a request; null when it has none, or one that is none of ours. */
  static @Nullable LoginCookie of(Context context) {
    String value = context.cookie(NAME);
    if (value == null || !VALUE.matcher(value).matches()) {
      return null;
    }
    int dot = value.indexOf('.');
    return new LoginCookie(value.substring(0, dot), value.substring(dot + 1));
  }

  /** Gives it to the browser, for so long. */
  void set(Context context, long seconds) {
    put(context, id + "." + secret, seconds);
  }

  /** Has the browser forget what it has. */
  static void clear(Context context) {
    put(context, "", 0);
  }

  private static void put(Context context, String value, long seconds) {
    context.header("Set-Cookie", NAME + "=" + value + ATTRIBUTES + "; Max-Age=" + seconds);
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "LoginCookie[" + id + "]";
  }
}
