package io.seedfall.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Literal IP addresses as bytes and as text, in one spelling only: IPv6 as RFC 5952 writes it, so
 * that two endpoints of the same place are equal. Nothing is ever resolved.
 */
public final class IpAddress {
  /** Bytes of an IPv4 address. */
  public static final int V4_BYTES = 4;

  /** Bytes of an IPv6 address. */
  public static final int V6_BYTES = 16;

  private static final int GROUPS = 8;

  /** The first twelve bytes of an IPv4 address that is written as an IPv6 one. */
  private static final int MAPPED_PREFIX_BYTES = 12;

  private IpAddress() {}

  /**
   * The address of four or sixteen bytes, high byte first. An IPv4 address mapped into IPv6 is
   * written as the IPv4 address it is.
   *
   * @throws IllegalArgumentException when there are neither four nor sixteen bytes
   */
  public static String text(byte[] bytes) {
    if (bytes.length != V4_BYTES && bytes.length != V6_BYTES) {
      throw new IllegalArgumentException("bytes: " + bytes.length + " (expected: 4 or 16)");
    }
    if (bytes.length == V4_BYTES || isMapped(bytes)) {
      int at = bytes.length - V4_BYTES;
      return "%d.%d.%d.%d"
          .formatted(
              bytes[at] & 0xff, bytes[at + 1] & 0xff, bytes[at + 2] & 0xff, bytes[at + 3] & 0xff);
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    return text(groups);
  }

  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < MAPPED_PREFIX_BYTES; i++) {
      if (bytes[i] != (i < MAPPED_PREFIX_BYTES - 2 ? 0 : (byte) 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** RFC 5952: no leading zeros, the first longest run of two or more zero groups becomes "::". */
  private static String text(int[] groups) {
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == runStart) {
        out.append("::");
        i += runLength - 1;
        continue;
      }
      if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
        out.append(':');
      }
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }

  /**
   * The four or sixteen bytes of a literal address (RFC 4291 without zone); null when it is none.
   * An IPv4 address mapped into IPv6 gives the four bytes of the IPv4 address.
   */
  public static byte @Nullable [] bytes(String text) {
    if (text.indexOf(':') < 0) {
      return v4(text);
    }
    byte[] six = v6(text);
    return six != null && isMapped(six)
        ? Arrays.copyOfRange(six, MAPPED_PREFIX_BYTES, V6_BYTES)
        : six;
  }

  private static byte @Nullable [] v4(String text) {
    String[] parts = text.split("\\.", V4_BYTES + 1);
    if (parts.length != V4_BYTES) {
      return null;
    }
    byte[] bytes = new byte[V4_BYTES];
    for (int i = 0; i < V4_BYTES; i++) {
      // A leading zero would be octal to some, so it is nothing here.
      int number = parts[i].matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(parts[i]) : -1;
      if (number < 0 || number > 255) {
        return null;
      }
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  private static byte @Nullable [] v6(String text) {
    String plain = text;
    int lastColon = text.lastIndexOf(':');
    if (text.indexOf('.') >= 0) { // the last two groups may be written as an IPv4 address
      byte[] four = v4(text.substring(lastColon + 1));
      if (four == null) {
        return null;
      }
      plain =
          "%s%02x%02x:%02x%02x"
              .formatted(text.substring(0, lastColon + 1), four[0], four[1], four[2], four[3]);
    }
    int gap = plain.indexOf("::");
    byte[] bytes = new byte[V6_BYTES];
    byte[] tail = new byte[V6_BYTES];
    int before = groups(gap < 0 ? plain : plain.substring(0, gap), bytes);
    int behind = groups(gap < 0 ? "" : plain.substring(gap + 2), tail);
    boolean isWhole = gap < 0 ? before == GROUPS : before + behind < GROUPS;
    if (before < 0 || behind < 0 || !isWhole) {
      return null;
    }
    System.arraycopy(tail, 0, bytes, V6_BYTES - 2 * behind, 2 * behind);
    return bytes;
  }

  /** Writes groups that stand between colons to the begin of {@code target}; how many, or -1. */
  private static int groups(String text, byte[] target) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    if (parts.length > GROUPS) {
      return -1;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].matches("[0-9A-Fa-f]{1,4}")) {
        return -1;
      }
      int group = Integer.parseInt(parts[i], 16);
      target[2 * i] = (byte) (group >> 8);
      target[2 * i + 1] = (byte) group;
    }
    return parts.length;
  }
}
