package io.seedfall.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes inside a URL (RFC 3986): what is not unreserved is {@code %} and two digits. */
public final class PercentCode {
  private static final String UNRESERVED = "-_.~";

  private PercentCode() {}

  /** Escapes everything but letters and digits of ASCII, and {@code - _ . ~}. */
  public static String escape(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length);
    for (byte each : bytes) {
      char c = (char) (each & 0xff);
      if (isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(digit(each >> 4)).append(digit(each));
      }
    }
    return out.toString();
  }

  /** Escapes the UTF-8 bytes of {@code text}. */
  public static String escape(String text) {
    return escape(text.getBytes(StandardCharsets.UTF_8));
  }

  private static char digit(int nibble) {
    return Character.toUpperCase(Character.forDigit(nibble & 0xf, 16));
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  /**
   * The bytes that {@code text} stands for; what is not escaped stands for its UTF-8 bytes. Null
   * when a {@code %} has no two digits behind it.
   */
  public static byte @Nullable [] bytes(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out[length++] = in[i];
        continue;
      }
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
      if (low < 0) {
        return null;
      }
      out[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    return Arrays.copyOf(out, length);
  }

  /** The text that {@code text} stands for; null when it is no UTF-8, or a {@code %} is alone. */
  public static @Nullable String text(String text) {
    byte[] bytes = bytes(text);
    if (bytes == null) {
      return null;
    }
    String decoded = new String(bytes, StandardCharsets.UTF_8);
    return Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), bytes) ? decoded : null;
  }
}
