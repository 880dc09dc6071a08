package io.seedfall.protocol.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the decoding of every message shares: a frame at the buffer's position, four bytes of length
 * (which do not count themselves), one byte of id, the payload. Nothing is taken from the buffer
 * until the message is known to be right and whole.
 */
final class Frame {
  /** Bytes of the length. */
  static final int LENGTH_BYTES = 4;

  /** Bytes of length and id. */
  static final int HEADER_BYTES = 5;

  private Frame() {}

  /** Null when the frame has the {@code expected} length and is all there. */
  static @Nullable Decoded trouble(ByteBuffer in, int length, int expected, String name) {
    return length == expected ? missing(in, length) : wrongLength(length, expected, name);
  }

  /** Null when all bytes of the frame are there. */
  static @Nullable Decoded missing(ByteBuffer in, int length) {
    int missing = LENGTH_BYTES + length - in.remaining();
    return missing > 0 ? new Decoded.NeedMoreBytes(missing) : null;
  }

  static Decoded wrongLength(int length, int expected, String name) {
    return malformed(name + " of " + length + " bytes (expected: " + expected + ")");
  }

  static Decoded malformed(String reason) {
    return new Decoded.Malformed(reason);
  }

  /** The number of four bytes at {@code offset} from the frame's begin. Negative: above 2^31-1. */
  static int number(ByteBuffer in, int offset) {
    return in.getInt(in.position() + offset);
  }

  /** What a number above 2^31-1 comes to: no torrent has so many of anything. */
  static Decoded tooLarge(String name, int number) {
    return malformed(name + ": " + Integer.toUnsignedString(number) + " (expected: < 2^31)");
  }

  /** A fresh copy of the frame's bytes from {@code offset} on. */
  static byte[] copy(ByteBuffer in, int length, int offset) {
    byte[] bytes = new byte[LENGTH_BYTES + length - offset];
    in.get(in.position() + offset, bytes);
    return bytes;
  }

  /** Takes the whole frame from the buffer. */
  static void take(ByteBuffer in, int length) {
    in.position(in.position() + LENGTH_BYTES + length);
  }

  /** Takes the whole frame from the buffer; it was {@code message}. */
  static Decoded taken(ByteBuffer in, int length, PeerMessage message) {
    take(in, length);
    return new Decoded.Message(message);
  }

  /** Appends length and id. */
  static ByteBuffer header(ByteBuffer out, int length, int id) {
    return out.putInt(length).put((byte) id);
  }
}
