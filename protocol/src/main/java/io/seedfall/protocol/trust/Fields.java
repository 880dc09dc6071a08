package io.seedfall.protocol.trust;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.util.ArrayList;
import java.util.List;

/** A dictionary that has the keys which are expected, and no other. */
final class Fields {
  private static final int DEPTH_MAX = 6;
  private static final int ITEMS_MAX = 4_096;

  private final BencodeDictionary dictionary;

  private Fields(BencodeDictionary dictionary) {
    this.dictionary = dictionary;
  }

  /** Reads bytes that are one dictionary. */
  static Fields read(byte[] bytes, int bytesMax, String... keys) throws Unreadable {
    return switch (BencodeDecoder.decode(
        bytes, new BencodeLimits(DEPTH_MAX, ITEMS_MAX, bytesMax))) {
      case BencodeDecoder.Decoded.Value(BencodeValue value, int _) -> of(value, keys);
      case BencodeDecoder.Decoded.Malformed(String reason) -> throw new Unreadable(reason);
    };
  }

  /** The keys in the order of bencode. */
  static Fields of(BencodeValue value, String... keys) throws Unreadable {
    if (!(value instanceof BencodeDictionary dictionary)) {
      throw new Unreadable("no dictionary");
    }
    List<BencodeString> found = new ArrayList<>();
    dictionary.entries().forEach(entry -> found.add(entry.key()));
    List<BencodeString> expected = new ArrayList<>();
    for (String key : keys) {
      expected.add(BencodeString.of(key));
    }
    if (!found.equals(expected)) {
      throw new Unreadable("the keys %s (expected: %s)".formatted(found, expected));
    }
    return new Fields(dictionary);
  }

  private BencodeValue value(String key) {
    BencodeValue value = dictionary.get(key);
    if (value == null) {
      throw new IllegalStateException("not asked for: " + key);
    }
    return value;
  }

  long number(String key, long min) throws Unreadable {
    if (value(key) instanceof BencodeInteger(long number) && number >= min) {
      return number;
    }
    throw new Unreadable("%s (expected: a number >= %d)".formatted(key, min));
  }

  BencodeString bytes(String key, int min, int max) throws Unreadable {
    if (value(key) instanceof BencodeString bytes
        && bytes.length() >= min
        && bytes.length() <= max) {
      return bytes;
    }
    throw new Unreadable("%s (expected: %d to %d bytes)".formatted(key, min, max));
  }

  Hash256 hash(String key) throws Unreadable {
    return Hash256.of(bytes(key, Hash256.BYTES, Hash256.BYTES).toBytes());
  }

  String text(String key) throws Unreadable {
    String text = value(key) instanceof BencodeString bytes ? bytes.asText() : null;
    if (text == null) {
      throw new Unreadable(key + " (expected: a text)");
    }
    return text;
  }

  void type(String expected) throws Unreadable {
    String type = text("type");
    if (!type.equals(expected)) {
      throw new Unreadable("a " + BencodeString.of(type) + " (expected: '" + expected + "')");
    }
  }

  List<BencodeValue> list(String key, int max) throws Unreadable {
    if (value(key) instanceof BencodeList(List<BencodeValue> values) && values.size() <= max) {
      return values;
    }
    throw new Unreadable("%s (expected: a list of at most %d)".formatted(key, max));
  }

  Fields fields(String key, String... keys) throws Unreadable {
    return of(value(key), keys);
  }
}
