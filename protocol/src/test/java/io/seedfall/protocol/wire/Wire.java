package io.seedfall.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes of the wire, written by hand, and the checks that every message must pass. */
final class Wire {
  /** Large enough for every message of these tests. */
  static final int PIECES = 20;

  static final int BLOCK_BYTES_MAX = 256 * 1024;

  /** What another Seedfall peer might say first: its ids differ from ours on purpose. */
  static final byte[] SEEDFALL_HANDSHAKE =
      extended(
          0,
          ascii(
              "d1:md8:sf_granti7e11:ut_metadatai9ee"
                  + "8:sf_grantd5:blocki65536e4:rack2:r71:vi1eee"));

  static final int REMOTE_GRANT_ID = 7;
  static final int REMOTE_METADATA_ID = 9;

  private Wire() {}

  /** {@code "00 00 00 01 | 0e"}: hexadecimal digits; spaces and bars are for the eye. */
  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replaceAll("[ |]", ""));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** {@code count} bytes of {@code value}. */
  static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** A number in four bytes, high byte first. */
  static byte[] number(long value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  /** An extended message (BEP 10): length, 20, extended id, payload. */
  static byte[] extended(int extendedId, byte[] payload) {
    return join(number(2L + payload.length), new byte[] {20, (byte) extendedId}, payload);
  }

  static PeerMessageCodec codec() {
    return new PeerMessageCodec(PIECES, BLOCK_BYTES_MAX);
  }

  /** A codec that has heard {@link #SEEDFALL_HANDSHAKE}. */
  static PeerMessageCodec codecToSeedfall() {
    PeerMessageCodec codec = codec();
    message(codec, SEEDFALL_HANDSHAKE);
    return codec;
  }

  /** The one message that {@code bytes} are. */
  static PeerMessage message(PeerMessageCodec codec, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Decoded decoded = codec.decode(in);
    assertThat(decoded).isInstanceOf(Decoded.Message.class);
    assertThat(in.remaining()).as("bytes left over").isZero();
    return ((Decoded.Message) decoded).message();
  }

  /** Why {@code bytes} are malformed. */
  static String malformed(PeerMessageCodec codec, byte[] bytes) {
    Decoded decoded = codec.decode(ByteBuffer.wrap(bytes));
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    return ((Decoded.Malformed) decoded).reason();
  }

  static byte[] encoded(PeerMessageCodec codec, PeerMessage message) {
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    codec.encode(message, out);
    assertThat(codec.encodedBytes(message)).as("encodedBytes").isEqualTo(out.position());
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Both ways: these bytes are this message, whole, cut short, from a heap or a direct buffer. */
  static void check(PeerMessageCodec codec, byte[] bytes, PeerMessage message) {
    checkDecodes(codec, bytes, message);
    assertThat(encoded(codec, message)).isEqualTo(bytes);
  }

  /** The same for a message whose extended id differs with the direction. */
  static void checkExtended(int ourId, int remoteId, byte[] payload, PeerMessage message) {
    PeerMessageCodec codec = codecToSeedfall();
    checkDecodes(codec, extended(ourId, payload), message);
    assertThat(encoded(codec, message)).isEqualTo(extended(remoteId, payload));
  }

  static void checkDecodes(PeerMessageCodec codec, byte[] bytes, PeerMessage message) {
    assertSame(message(codec, bytes), message);
    // In the middle of a larger direct buffer, with the next message behind it.
    ByteBuffer in = ByteBuffer.allocateDirect(bytes.length + 10);
    in.put(filled(3, 0xff)).put(bytes).put(filled(7, 0xff)).flip().position(3);
    assertSame(((Decoded.Message) codec.decode(in)).message(), message);
    assertThat(in.position()).isEqualTo(3 + bytes.length);
    for (int cut = 0; cut < bytes.length; cut++) {
      ByteBuffer begin = ByteBuffer.wrap(bytes, 0, cut);
      assertThat(codec.decode(begin)).isInstanceOf(Decoded.NeedMoreBytes.class);
      int atLeast = ((Decoded.NeedMoreBytes) codec.decode(begin)).atLeast();
      assertThat(atLeast).as("at least, of %d", cut).isBetween(1, bytes.length - cut);
      assertThat(begin.position()).as("nothing taken").isZero();
    }
  }

  static void assertSame(PeerMessage actual, PeerMessage expected) {
    assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
  }
}
