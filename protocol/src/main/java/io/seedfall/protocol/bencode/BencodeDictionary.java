package io.seedfall.protocol.bencode;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, {@code d...e}, sorted by the keys' raw bytes. A torrent of many files is hundreds
 * of thousands of small ones, so there is no more to one than two arrays.
 */
public final class BencodeDictionary implements BencodeValue {
  /** The dictionary without entries. */
  public static final BencodeDictionary EMPTY =
      new BencodeDictionary(new BencodeString[0], new BencodeValue[0]);

  private final BencodeString[] keys;
  private final BencodeValue[] values;

  /** Takes both arrays over, which are as long as each other, and the keys strictly ascending. */
  private BencodeDictionary(BencodeString[] keys, BencodeValue[] values) {
    this.keys = keys;
    this.values = values;
  }

  /** The dictionary of entries whose keys are strictly ascending. */
  static BencodeDictionary ofAscending(
      Collection<BencodeString> keys, Collection<BencodeValue> values) {
    return keys.isEmpty()
        ? EMPTY
        : new BencodeDictionary(
            keys.toArray(BencodeString[]::new), values.toArray(BencodeValue[]::new));
  }

  /**
   * One entry.
   *
   * @param key of it
   * @param value of it
   */
  public record Entry(BencodeString key, BencodeValue value) {}

  /** Begins a dictionary. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value of the key that is {@code key} in UTF-8, or null when there is none. */
  public @Nullable BencodeValue get(String key) {
    return get(BencodeString.of(key));
  }

  /** The value of {@code key}, or null when there is none. */
  public @Nullable BencodeValue get(BencodeString key) {
    int at = Arrays.binarySearch(keys, key);
    return at < 0 ? null : values[at];
  }

  /** All entries in key order. Unmodifiable. */
  public List<Entry> entries() {
    return new Entries();
  }

  private final class Entries extends AbstractList<Entry> implements RandomAccess {
    @Override
    public Entry get(int index) {
      return new Entry(keys[index], values[index]);
    }

    @Override
    public int size() {
      return keys.length;
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BencodeDictionary other
        && Arrays.equals(keys, other.keys)
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < keys.length; i++) {
      text.append(i == 0 ? "" : ", ").append(keys[i]).append('=').append(values[i]);
    }
    return text.append('}').toString();
  }

  /** Collects entries in any order. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<BencodeString, BencodeValue> entries = new TreeMap<>();

    private Builder() {}

    /**
     * Adds an entry.
     *
     * @throws IllegalStateException when the key is there already
     */
    public Builder put(BencodeString key, BencodeValue value) {
      if (entries.putIfAbsent(key, value) != null) {
        throw new IllegalStateException("key: " + key + " (expected: a key that is not there yet)");
      }
      return this;
    }

    /** Adds an entry whose key is {@code key} in UTF-8. */
    public Builder put(String key, BencodeValue value) {
      return put(BencodeString.of(key), value);
    }

    /** Adds a number. */
    public Builder put(String key, long value) {
      return put(key, new BencodeInteger(value));
    }

    /** Adds text as UTF-8. */
    public Builder put(String key, String text) {
      return put(key, BencodeString.of(text));
    }

    /** The dictionary of what was added so far; the builder may go on. */
    public BencodeDictionary build() {
      return ofAscending(entries.keySet(), entries.values());
    }
  }
}
