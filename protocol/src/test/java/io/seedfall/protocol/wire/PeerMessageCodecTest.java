package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.ascii;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.codecToSeedfall;
import static io.seedfall.protocol.wire.Wire.extended;
import static io.seedfall.protocol.wire.Wire.filled;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.join;
import static io.seedfall.protocol.wire.Wire.malformed;
import static io.seedfall.protocol.wire.Wire.message;
import static io.seedfall.protocol.wire.Wire.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What holds for every message: limits, streams in any cut, hostile bytes. */
final class PeerMessageCodecTest {
  private static final int UNKNOWN_MAX = PeerMessageCodec.UNKNOWN_BYTES_MAX;

  /** One of each, PIECE last with its block behind it. */
  private static final List<byte[]> FRAMES =
      List.of(
          hex("00000000"),
          hex("00000001 00"),
          hex("00000001 03"),
          hex("00000005 04 00000007"),
          hex("00000004 05 80 40 10"),
          hex("0000000d 06 00000001 00004000 00002000"),
          hex("0000000d 08 00000001 00004000 00002000"),
          hex("0000000d 10 00000001 00004000 00002000"),
          hex("00000003 09 1ae1"),
          hex("00000001 0e"),
          Wire.SEEDFALL_HANDSHAKE,
          extended(1, ascii("d8:msg_typei0e5:piecei0ee")),
          extended(1, ascii("d8:msg_typei1e5:piecei0e10:total_sizei5eehello")),
          extended(1, ascii("d8:msg_typei9ee")),
          hex("00000003 14 02 01"),
          hex("00000004 14 02 03 02"),
          hex("00000007 14 02 04 00000003"),
          hex("00000005 14 02 63 0000"),
          hex("00000004 14 05 0000"),
          join(hex("00000031 15"), filled(32, 1), new byte[16]),
          join(hex("00000071 16"), filled(32, 1), new byte[16], filled(64, 2)),
          hex("0000000c 07 00000002 00008000 | aa bb cc"));

  @Test
  void anUnknownMessageIsPassedOver() {
    assertThat(message(codec(), hex("00000003 09 1ae1"))).isEqualTo(new PeerMessage.Unknown(9));
    assertThat(message(codec(), hex("00000001 ff"))).isEqualTo(new PeerMessage.Unknown(255));
  }

  @Test
  void anUnknownMessageIsPassedOverAsItComesWithoutBeingKept() {
    PeerMessageCodec codec = codec();
    byte[] stream = join(number(100), filled(100, 99), hex("00000001 01"));
    ByteBuffer in = ByteBuffer.allocate(16);
    for (int next = 0; next < 96; next += 16) {
      in.clear().put(stream, next, 16).flip();
      assertThat(codec.decode(in)).isEqualTo(new Decoded.NeedMoreBytes(1));
      assertThat(in.hasRemaining()).isFalse();
    }
    in.clear().put(stream, 96, 13).flip();
    assertThat(codec.decode(in)).isEqualTo(new Decoded.Message(new PeerMessage.Unknown(99)));
    assertThat(codec.decode(in)).isEqualTo(new Decoded.Message(new PeerMessage.Unchoke()));
  }

  @Test
  void anUnknownMessageHasAtMostOneMebibyte() {
    for (byte[] id : new byte[][] {{99}, {20, 99}}) {
      ByteBuffer most =
          ByteBuffer.wrap(join(number(UNKNOWN_MAX), id, new byte[UNKNOWN_MAX - id.length]));
      assertThat(codec().decode(most)).isInstanceOf(Decoded.Message.class);
      assertThat(most.hasRemaining()).isFalse();
      assertThat(malformed(codec(), join(number(UNKNOWN_MAX + 1), id))).contains("1048577");
    }
  }

  @Test
  void anAbsurdLengthIsRefusedByItsFourBytesAlone() {
    for (long length : new long[] {UNKNOWN_MAX + 1, Integer.MAX_VALUE, 1L << 31, 0xffffffffL}) {
      assertThat(malformed(codec(), number(length))).contains(Long.toString(length));
    }
    assertThat(codec().decode(ByteBuffer.wrap(number(UNKNOWN_MAX))))
        .isEqualTo(new Decoded.NeedMoreBytes(1));
  }

  @Test
  void malformedBytesAreNotTakenAndStayMalformed() {
    PeerMessageCodec codec = codec();
    ByteBuffer in = ByteBuffer.wrap(hex("00000002 00 00"));
    assertThat(codec.decode(in)).isInstanceOf(Decoded.Malformed.class);
    assertThat(in.position()).isZero();
    assertThat(codec.decode(in)).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void theConstructorChecksItsLimits() {
    new PeerMessageCodec(PieceGeometry.PIECES_MAX, GrantTerms.BLOCK_BYTES_MAX);
    new PeerMessageCodec(PeerMessageCodec.PIECES_UNKNOWN, 0);
    for (int[] wrong :
        new int[][] {{-2, 0}, {PieceGeometry.PIECES_MAX + 1, 0}, {0, -1}, {0, (1 << 20) + 1}}) {
      assertThatThrownBy(() -> new PeerMessageCodec(wrong[0], wrong[1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theLargestMessageThatMustBeWholeIsKnown() {
    assertThat(codec().wholeMessageBytesMax()).isEqualTo(4 + 49 + 576 * 32);
    assertThat(new PeerMessageCodec(PieceGeometry.PIECES_MAX, 0).wholeMessageBytesMax())
        .isEqualTo(4 + 1 + Math.ceilDiv(PieceGeometry.PIECES_MAX, 8));
    assertThat(new PeerMessageCodec(PeerMessageCodec.PIECES_UNKNOWN, 0).wholeMessageBytesMax())
        .isEqualTo(4 + 49 + 576 * 32);
  }

  @Test
  void aDecodedBitfieldIsAFreshCopy() {
    byte[] bytes = hex("00000004 05 80 40 10");
    PeerMessage.Bitfield bitfield = (PeerMessage.Bitfield) message(codec(), bytes);
    bytes[5] = 0;
    assertThat(bitfield.bits()).isEqualTo(hex("80 40 10"));
  }

  @Test
  void aMessageThatDoesNotFitOverflows() {
    assertThatThrownBy(() -> codec().encode(new PeerMessage.Have(1), ByteBuffer.allocate(8)))
        .isInstanceOf(BufferOverflowException.class);
  }

  @Test
  void twoCodecsUnderstandEachOther() {
    PeerMessageCodec here = codec();
    PeerMessageCodec there = codec();
    List<PeerMessage> said =
        List.of(
            new PeerMessage.ExtensionHandshake(
                9, 8, 7, "Seedfall", true, new GrantTerms(1, 65_536, "r")),
            new PeerMessage.HaveNone(),
            new PeerMessage.Offer(3),
            new PeerMessage.MetadataRequest(0),
            new PeerMessage.Decline(DeclineReason.BUSY));
    message(there, Wire.encoded(there, said.getFirst())); // it announces the same ids
    for (PeerMessage message : said) {
      assertThat(message(here, Wire.encoded(there, message))).isEqualTo(message);
    }
  }

  @Test
  void aStreamGivesTheSameMessagesHoweverItIsCut() {
    Seeds.check(
        500,
        random -> {
          List<byte[]> frames = new ArrayList<>();
          frames.add(Wire.SEEDFALL_HANDSHAKE);
          for (int i = 0; i < 30; i++) {
            frames.add(FRAMES.get(random.nextInt(FRAMES.size())));
          }
          byte[] stream = join(frames.toArray(byte[][]::new));
          assertThat(messages(stream, stream.length, random)).hasSize(frames.size());
          assertThat(messages(stream, 1 + random.nextInt(20), random))
              .isEqualTo(messages(stream, stream.length, random));
        });
  }

  /** The messages of a stream that comes in chunks of up to {@code chunkMax} bytes, as text. */
  private static List<String> messages(byte[] stream, int chunkMax, RandomGenerator random) {
    PeerMessageCodec codec = codec();
    ByteBuffer in = ByteBuffer.allocate(codec.wholeMessageBytesMax());
    List<String> messages = new ArrayList<>();
    int next = 0;
    int blockBytes = 0;
    while (true) {
      in.flip();
      int skipped = Math.min(blockBytes, in.remaining());
      in.position(in.position() + skipped);
      blockBytes -= skipped;
      Decoded decoded = blockBytes > 0 ? new Decoded.NeedMoreBytes(1) : codec.decode(in);
      in.compact();
      switch (decoded) {
        case Decoded.Message(PeerMessage.Piece piece) -> {
          blockBytes = piece.length();
          messages.add(piece.toString());
        }
        case Decoded.Message(PeerMessage.Bitfield(byte[] bits)) ->
            messages.add("bitfield " + Arrays.toString(bits));
        case Decoded.Message(PeerMessage.MetadataData data) ->
            messages.add("metadata " + Arrays.toString(data.data()));
        case Decoded.Message(PeerMessage message) -> messages.add(message.toString());
        case Decoded.Malformed(String reason) -> throw new AssertionError(reason);
        case Decoded.NeedMoreBytes _ -> {
          if (next == stream.length) {
            return messages;
          }
          int chunk = 1 + random.nextInt(chunkMax);
          chunk = Math.min(Math.min(chunk, stream.length - next), in.remaining());
          in.put(stream, next, chunk);
          next += chunk;
        }
      }
    }
  }

  @Test
  void mutatedFramesNeverMakeItThrow() {
    Seeds.check(
        20_000,
        random -> {
          byte[] bytes = FRAMES.get(random.nextInt(FRAMES.size())).clone();
          if (random.nextBoolean()) {
            bytes = join(bytes, FRAMES.get(random.nextInt(FRAMES.size())));
          }
          bytes = Arrays.copyOf(bytes, Math.max(1, bytes.length + 4 - random.nextInt(8)));
          for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          survive(random.nextBoolean() ? codec() : codecToSeedfall(), bytes);
        });
  }

  @Test
  void randomBytesNeverMakeItThrow() {
    Seeds.check(
        5_000,
        random -> {
          byte[] bytes = new byte[random.nextInt(200)];
          random.nextBytes(bytes);
          if (bytes.length > 6) {
            // Otherwise nearly all are refused by their length.
            System.arraycopy(number(1 + random.nextInt(bytes.length)), 0, bytes, 0, 4);
            bytes[4] = (byte) random.nextInt(26);
            bytes[5] = (byte) random.nextInt(4);
          }
          survive(codecToSeedfall(), bytes);
        });
  }

  private static void survive(PeerMessageCodec codec, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int before = -1;
    while (in.hasRemaining() && in.position() != before) {
      before = in.position();
      switch (codec.decode(in)) {
        case Decoded.Message(PeerMessage message) -> {
          assertThat(in.position()).isGreaterThan(before);
          assertThat(message).isNotNull();
        }
        case Decoded.NeedMoreBytes(int atLeast) -> assertThat(atLeast).isPositive();
        case Decoded.Malformed(String reason) -> {
          assertThat(reason).isNotBlank();
          assertThat(in.position()).isEqualTo(before);
          return;
        }
      }
    }
  }
}
