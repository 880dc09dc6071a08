package io.seedfall.protocol.wire;

/** What {@link Handshake#decode} made of the bytes at hand. */
public sealed interface DecodedHandshake {
  /**
   * A handshake; its 68 bytes are taken from the buffer.
   *
   * @param handshake what was said
   */
  record Complete(Handshake handshake) implements DecodedHandshake {}

  /**
   * Right so far, and not all there.
   *
   * @param atLeast how many bytes more than the buffer now holds must come
   */
  record NeedMoreBytes(int atLeast) implements DecodedHandshake {}

  /**
   * Not this protocol: close the connection.
   *
   * @param reason what was wrong, for a log
   */
  record Malformed(String reason) implements DecodedHandshake {}
}
