package io.seedfall.protocol.trust;

import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Who may sign something, and how many of them it takes.
 *
 * @param keys ascending, none of them twice
 * @param threshold 1 to the number of keys
 */
public record Role(List<TrustKey> keys, int threshold) {
  /** Checks both. */
  public Role {
    keys = List.copyOf(new TreeSet<>(keys));
    if (keys.size() > Root.KEYS_MAX || threshold < 1 || threshold > keys.size()) {
      throw new IllegalArgumentException(
          "threshold: %d of %d keys (expected: at least 1 and no more than there are, of at most %d)"
              .formatted(threshold, keys.size(), Root.KEYS_MAX));
    }
  }

  static Role read(Fields fields) throws Unreadable {
    List<TrustKey> keys = new ArrayList<>();
    for (BencodeValue value : fields.list("keys", Root.KEYS_MAX)) {
      if (!(value instanceof BencodeString bytes) || bytes.length() != TrustKey.BYTES) {
        throw new Unreadable("keys (expected: " + TrustKey.BYTES + " bytes each)");
      }
      TrustKey key = new TrustKey(bytes);
      if (!keys.isEmpty() && key.compareTo(keys.getLast()) <= 0) {
        throw new Unreadable("keys (expected: ascending, one of each)");
      }
      keys.add(key);
    }
    long threshold = fields.number("threshold", 1);
    if (threshold > keys.size()) {
      throw new Unreadable(
          "threshold: %d (expected: at most the %d keys)".formatted(threshold, keys.size()));
    }
    return new Role(keys, (int) threshold);
  }

  BencodeDictionary.Builder write() {
    List<BencodeValue> list = new ArrayList<>();
    keys.forEach(key -> list.add(key.bytes()));
    return BencodeDictionary.builder()
        .put("keys", new BencodeList(list))
        .put("threshold", threshold);
  }

  /** Whether enough of them have signed it. */
  boolean accepts(Signed signed, Domain domain) {
    return signed.countOf(keys, domain) >= threshold;
  }

  /** How many have, in words. */
  String count(Signed signed, Domain domain) {
    return "%d of the %d signatures it takes (%d in all)"
        .formatted(signed.countOf(keys, domain), threshold, signed.signatures().size());
  }
}
