package io.seedfall.protocol.bencode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A string of bytes, {@code 4:spam}. It is text only if its bytes happen to be UTF-8. The order is
 * that of dictionary keys: by raw unsigned bytes.
 */
public final class BencodeString implements BencodeValue, Comparable<BencodeString> {
  /** The string of no bytes. */
  public static final BencodeString EMPTY = new BencodeString(new byte[0]);

  private static final int SHOWN_BYTES = 64;

  private final byte[] bytes;

  private BencodeString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The string of a copy of {@code bytes}. */
  public static BencodeString of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** The string of a copy of {@code length} bytes of {@code source} from {@code offset} on. */
  public static BencodeString of(byte[] source, int offset, int length) {
    return length == 0
        ? EMPTY
        : new BencodeString(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** The string of the UTF-8 bytes of {@code text}. */
  public static BencodeString of(String text) {
    return text.isEmpty() ? EMPTY : new BencodeString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes as text, or null when they are not well-formed UTF-8. */
  public @Nullable String asText() {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The decoder replaces what is malformed, so only well-formed bytes come back unchanged.
    return Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8)) ? text : null;
  }

  /** A number below {@code buckets}, the same for equal strings. */
  int bucketOf(int buckets) {
    return Math.floorMod(Arrays.hashCode(bytes), buckets);
  }

  /** Copies all bytes into {@code target} from {@code offset} on. */
  void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  @Override
  public int compareTo(BencodeString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BencodeString other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** For messages to people: the text if it is plain ASCII, else hexadecimal; cut when long. */
  @Override
  public String toString() {
    int shown = Math.min(bytes.length, SHOWN_BYTES);
    String tail = shown < bytes.length ? "... (" + bytes.length + " bytes)" : "";
    for (int i = 0; i < shown; i++) {
      if (bytes[i] < ' ' || bytes[i] == 0x7f) {
        return "0x" + HexFormat.of().formatHex(bytes, 0, shown) + tail;
      }
    }
    return "'" + new String(bytes, 0, shown, StandardCharsets.US_ASCII) + "'" + tail;
  }
}
