package io.seedfall.protocol.bencode;

/**
 * A whole number, {@code i42e}. BEP 3 sets no bound; numbers that do not fit 64 bits are malformed
 * here.
 *
 * @param value the number
 */
public record BencodeInteger(long value) implements BencodeValue {}
