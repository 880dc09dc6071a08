package io.seedfall.protocol.bencode;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random values for property tests. */
final class BencodeValues {
  private BencodeValues() {}

  static BencodeValue random(RandomGenerator random, int depth) {
    int kinds = depth == 0 ? 2 : 4;
    return switch (random.nextInt(kinds)) {
      case 0 -> new BencodeInteger(random.nextLong() >> random.nextInt(64));
      case 1 -> string(random);
      case 2 -> {
        List<BencodeValue> values = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          values.add(random(random, depth - 1));
        }
        yield new BencodeList(values);
      }
      default -> {
        TreeMap<BencodeString, BencodeValue> entries = new TreeMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          entries.put(string(random), random(random, depth - 1));
        }
        BencodeDictionary.Builder dictionary = BencodeDictionary.builder();
        entries.forEach(dictionary::put);
        yield dictionary.build();
      }
    };
  }

  private static BencodeString string(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(14)];
    random.nextBytes(bytes);
    return BencodeString.of(bytes);
  }
}
