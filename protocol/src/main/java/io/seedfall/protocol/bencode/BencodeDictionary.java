package io.seedfall.protocol.bencode;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values by key, {@code d...e}, sorted by the keys' raw bytes. */
public final class BencodeDictionary implements BencodeValue {
  /** The dictionary without entries. */
  public static final BencodeDictionary EMPTY = new BencodeDictionary(new TreeMap<>());

  private final SortedMap<BencodeString, BencodeValue> entries;

  /** Takes the map over: the caller must let go of it. */
  BencodeDictionary(SortedMap<BencodeString, BencodeValue> entries) {
    this.entries = Collections.unmodifiableSortedMap(entries);
  }

  /** Begins a dictionary. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value of the key that is {@code key} in UTF-8, or null when there is none. */
  public @Nullable BencodeValue get(String key) {
    return entries.get(BencodeString.of(key));
  }

  /** The value of {@code key}, or null when there is none. */
  public @Nullable BencodeValue get(BencodeString key) {
    return entries.get(key);
  }

  /** All entries in key order. Unmodifiable. */
  public SortedMap<BencodeString, BencodeValue> entries() {
    return entries;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BencodeDictionary other && entries.equals(other.entries);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(entries);
  }

  @Override
  public String toString() {
    return entries.toString();
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
      return new BencodeDictionary(new TreeMap<>(entries));
    }
  }
}
