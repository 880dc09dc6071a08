package io.seedfall.protocol.bencode;

import java.util.List;

/**
 * Values in order, {@code l...e}.
 *
 * @param values the values; copied, so that nobody changes them later
 */
public record BencodeList(List<BencodeValue> values) implements BencodeValue {
  /** Keeps a copy. */
  public BencodeList {
    values = List.copyOf(values);
  }
}
