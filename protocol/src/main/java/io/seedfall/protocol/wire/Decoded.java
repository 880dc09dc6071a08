package io.seedfall.protocol.wire;

/** What {@link PeerMessageCodec#decode} made of the bytes at hand. */
public sealed interface Decoded {
  /**
   * A message; its bytes are taken from the buffer (of a PIECE the header only).
   *
   * @param message what was said
   */
  record Message(PeerMessage message) implements Decoded {}

  /**
   * The bytes at hand are no whole message yet.
   *
   * @param atLeast how many bytes more than the buffer now holds must come before another call can
   *     tell more; at least 1
   */
  record NeedMoreBytes(int atLeast) implements Decoded {}

  /**
   * The other side broke the protocol. Nothing behind this can be understood: close the connection.
   *
   * @param reason what was wrong, for a log
   */
  record Malformed(String reason) implements Decoded {}
}
