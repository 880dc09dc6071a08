package io.seedfall.protocol.bencode;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes bencode (BEP 3), canonical form only: no leading zeros, no {@code -0}, keys strictly
 * ascending by raw bytes. So what it accepts encodes to the very same bytes again, and an info-hash
 * cannot depend on who computes it. Bytes from strangers never make it throw.
 */
public final class BencodeDecoder {
  private static final int LENGTH_DIGITS_MAX = 10;

  private static final int KNOWN_MAX = 32;
  private static final int KNOWN_BYTES_MAX = 16;

  /** What bytes turned out to be. */
  public sealed interface Decoded {
    /**
     * A value.
     *
     * @param value what the bytes mean
     * @param end index of the first byte behind it
     */
    record Value(BencodeValue value, int end) implements Decoded {}

    /**
     * Not canonical bencode, or beyond a limit.
     *
     * @param reason what is wrong and at which byte
     */
    record Malformed(String reason) implements Decoded {}
  }

  private final byte[] bytes;
  private final int end;
  private final BencodeLimits limits;

  /** The last key of each hash. */
  private final @Nullable BencodeString[] known = new BencodeString[KNOWN_MAX];

  private int position;
  private int depth;
  private int items;
  private @Nullable String failure;

  private BencodeDecoder(byte[] bytes, int begin, BencodeLimits limits) {
    this.bytes = bytes;
    this.position = begin;
    this.end = (int) Math.min(bytes.length, (long) begin + limits.bytesMax());
    this.limits = limits;
  }

  /** Decodes {@code bytes}, which must be one value and nothing else, as large as a torrent. */
  public static Decoded decode(byte[] bytes) {
    return decode(bytes, BencodeLimits.TORRENT_FILE);
  }

  /** Decodes {@code bytes}, which must be one value and nothing else. */
  public static Decoded decode(byte[] bytes, BencodeLimits limits) {
    if (bytes.length > limits.bytesMax()) {
      return new Decoded.Malformed(
          bytes.length + " bytes (expected: <= " + limits.bytesMax() + ")");
    }
    Decoded decoded = decodePrefix(bytes, 0, limits);
    if (decoded instanceof Decoded.Value(_, int end) && end < bytes.length) {
      return new Decoded.Malformed("byte " + end + ": " + (bytes.length - end) + " bytes too many");
    }
    return decoded;
  }

  /**
   * Decodes the value that begins at {@code begin}; whatever follows it is not looked at. BEP 9
   * puts raw bytes behind a dictionary.
   *
   * @throws IndexOutOfBoundsException when {@code begin} is not within {@code bytes} or its end
   */
  public static Decoded decodePrefix(byte[] bytes, int begin, BencodeLimits limits) {
    if (begin < 0 || begin > bytes.length) {
      throw new IndexOutOfBoundsException(
          "begin: " + begin + " (expected: 0.." + bytes.length + ")");
    }
    BencodeDecoder decoder = new BencodeDecoder(bytes, begin, limits);
    BencodeValue value = decoder.value();
    return value == null
        ? new Decoded.Malformed(String.valueOf(decoder.failure))
        : new Decoded.Value(value, decoder.position);
  }

  /* Each of these returns null after it noted the failure; position is then of no more use. */

  private @Nullable BencodeValue value() {
    if (position >= end) {
      return outOfBytes();
    }
    if (!count()) {
      return null;
    }
    byte kind = bytes[position];
    return switch (kind) {
      case 'i' -> integer();
      case 'l' -> list();
      case 'd' -> dictionary();
      default -> string();
    };
  }

  private @Nullable BencodeValue integer() {
    int begin = position++;
    boolean negative = position < end && bytes[position] == '-';
    if (negative) {
      position++;
    }
    int firstDigit = position;
    // Gathered as a negative number, of which there is one more than of positive ones.
    long gathered = 0;
    for (; position < end && isDigit(bytes[position]); position++) {
      int digit = bytes[position] - '0';
      if (gathered < (Long.MIN_VALUE + digit) / 10) {
        return fail(begin, "an integer beyond 64 bits");
      }
      gathered = gathered * 10 - digit;
    }
    if (position >= end) {
      return outOfBytes();
    }
    int digits = position - firstDigit;
    if (digits == 0 || bytes[position] != 'e') {
      return fail(position, "not a digit of an integer");
    }
    if (bytes[firstDigit] == '0' && (digits > 1 || negative)) {
      return fail(begin, "an integer with a leading zero, or minus zero");
    }
    if (!negative && gathered == Long.MIN_VALUE) {
      return fail(begin, "an integer beyond 64 bits");
    }
    position++;
    return new BencodeInteger(negative ? gathered : -gathered);
  }

  private @Nullable BencodeString string() {
    int begin = position;
    long length = 0;
    for (; position < end && isDigit(bytes[position]); position++) {
      if (position - begin == LENGTH_DIGITS_MAX) {
        return fail(begin, "a string length of more than " + LENGTH_DIGITS_MAX + " digits");
      }
      length = length * 10 + (bytes[position] - '0');
    }
    if (position >= end) {
      return outOfBytes();
    }
    int digits = position - begin;
    if (digits == 0) {
      return fail(begin, "neither i, l, d nor a digit");
    }
    if (bytes[position] != ':') {
      return fail(position, "no colon behind a string length");
    }
    if (bytes[begin] == '0' && digits > 1) {
      return fail(begin, "a string length with a leading zero");
    }
    position++;
    if (length > end - position) {
      return fail(begin, "a string of " + length + " bytes where " + (end - position) + " remain");
    }
    BencodeString string = BencodeString.of(bytes, position, (int) length);
    position += (int) length;
    return string;
  }

  private @Nullable BencodeValue list() {
    if (!open()) {
      return null;
    }
    List<BencodeValue> values = new ArrayList<>();
    while (!atEndMark()) {
      BencodeValue value = value();
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    close();
    return new BencodeList(values);
  }

  private @Nullable BencodeValue dictionary() {
    if (!open()) {
      return null;
    }
    List<BencodeString> keys = new ArrayList<>();
    List<BencodeValue> values = new ArrayList<>();
    BencodeString previous = null;
    while (!atEndMark()) {
      BencodeString key = key(previous);
      if (key == null) {
        return null;
      }
      BencodeValue value = value();
      if (value == null) {
        return null;
      }
      keys.add(key);
      values.add(value);
      previous = key;
    }
    close();
    return BencodeDictionary.ofAscending(keys, values);
  }

  private @Nullable BencodeString key(@Nullable BencodeString previous) {
    int begin = position;
    if (position < end && !isDigit(bytes[position])) {
      return fail(begin, "a key that is no string");
    }
    if (!count()) {
      return null;
    }
    BencodeString key = known(string());
    if (key != null && previous != null && previous.compareTo(key) >= 0) {
      return fail(begin, "key " + key + " not above " + previous);
    }
    return key;
  }

  /** The same key as one before, when it is equal: a torrent says the same few over and over. */
  private @Nullable BencodeString known(@Nullable BencodeString key) {
    if (key == null || key.length() > KNOWN_BYTES_MAX) {
      return key;
    }
    int place = key.bucketOf(known.length);
    BencodeString before = known[place];
    if (before != null && before.equals(key)) {
      return before;
    }
    known[place] = key;
    return key;
  }

  private boolean open() {
    if (depth == limits.depthMax()) {
      fail(position, "nested more than " + limits.depthMax() + " deep");
      return false;
    }
    depth++;
    position++;
    return true;
  }

  private boolean atEndMark() {
    return position < end && bytes[position] == 'e';
  }

  private void close() {
    depth--;
    position++;
  }

  private boolean count() {
    if (items == limits.itemsMax()) {
      fail(position, "more than " + limits.itemsMax() + " items");
      return false;
    }
    items++;
    return true;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private @Nullable BencodeString outOfBytes() {
    return end < bytes.length
        ? fail(end, "a value of more than " + limits.bytesMax() + " bytes")
        : fail(end, "the bytes end within a value");
  }

  /** Notes the failure. Always null, of the type that every reader here can return. */
  private @Nullable BencodeString fail(int at, String what) {
    failure = "byte " + at + ": " + what;
    return null;
  }
}
