package io.seedfall.control.identity;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Secrets that nobody has chosen: 32 bytes of the system's randomness, in hexadecimal digits. */
public final class Secrets {
  private static final int SECRET_BYTES = 32;
  private static final int ID_BYTES = 8;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern SECRET = Pattern.compile("[0-9a-f]{64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** A new one. */
  public static String newSecret() {
    return drawn(SECRET_BYTES);
  }

  /** Something new to find it by, which is no secret. */
  public static String newId() {
    return drawn(ID_BYTES);
  }

  private static String drawn(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Refuses what cannot be one; the words do not repeat it. */
  static void check(String id, String secret) {
    if (!ID.matcher(id).matches() || !SECRET.matcher(secret).matches()) {
      throw new IllegalArgumentException("token: it is cut short or mistyped");
    }
  }
}
