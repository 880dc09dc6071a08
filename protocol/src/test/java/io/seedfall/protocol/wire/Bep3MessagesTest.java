package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.check;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.encoded;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.join;
import static io.seedfall.protocol.wire.Wire.malformed;
import static io.seedfall.protocol.wire.Wire.message;
import static io.seedfall.protocol.wire.Wire.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.metainfo.PieceGeometry;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** BEP 3 "peer messages": each message byte for byte. */
final class Bep3MessagesTest {
  /** Bytes of the bits of the largest torrent. */
  private static final int LARGEST_BITFIELD = Math.ceilDiv(PieceGeometry.PIECES_MAX, 8);

  @Test
  void messagesOfLengthZeroAreKeepalives() {
    check(codec(), hex("00000000"), new PeerMessage.KeepAlive());
  }

  @Test
  void chokeUnchokeInterestedAndNotInterestedHaveNoPayload() {
    check(codec(), hex("00000001 00"), new PeerMessage.Choke());
    check(codec(), hex("00000001 01"), new PeerMessage.Unchoke());
    check(codec(), hex("00000001 02"), new PeerMessage.Interested());
    check(codec(), hex("00000001 03"), new PeerMessage.NotInterested());
    for (String id : new String[] {"00", "01", "02", "03"}) {
      assertThat(malformed(codec(), hex("00000002" + id + "00"))).contains("expected: 1");
    }
  }

  @Test
  void theHaveMessagesPayloadIsASingleNumber() {
    check(codec(), hex("00000005 04 01020304"), new PeerMessage.Have(0x01020304));
    check(codec(), hex("00000005 04 7fffffff"), new PeerMessage.Have(Integer.MAX_VALUE));
    assertThat(malformed(codec(), hex("00000005 04 80000000"))).contains("2147483648");
    assertThat(malformed(codec(), hex("00000004 04 000000"))).contains("have", "expected: 5");
    assertThat(malformed(codec(), hex("00000006 04 0000000000"))).contains("have");
  }

  @Test
  void theFirstByteOfTheBitfieldHasIndices0To7FromHighBitToLow() {
    // Twenty pieces: 0, 9 and 19.
    check(
        codec(),
        hex("00000004 05 80 40 10"),
        new PeerMessage.Bitfield(new byte[] {(byte) 0x80, 0x40, 0x10}));
  }

  @Test
  void spareBitsAtTheEndAreZero() {
    assertThat(malformed(codec(), hex("00000004 05 00 00 08"))).contains("spare");
    assertThat(malformed(codec(), hex("00000004 05 00 00 01"))).contains("spare");
  }

  @Test
  void aBitfieldIsAsLongAsThePiecesNeed() {
    assertThat(malformed(codec(), hex("00000003 05 00 00"))).contains("expected: 4");
    assertThat(malformed(codec(), hex("00000005 05 00 00 00 00"))).contains("expected: 4");
    check(new PeerMessageCodec(0, 0), hex("00000001 05"), new PeerMessage.Bitfield(new byte[0]));
    assertThatThrownBy(() -> encoded(codec(), new PeerMessage.Bitfield(new byte[4])))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("20 pieces");
  }

  @Test
  void aWrongBitfieldIsRefusedBeforeItsBytesCome() {
    PeerMessageCodec largest = new PeerMessageCodec(PieceGeometry.PIECES_MAX, 0);
    byte[] id = {5};
    assertThat(malformed(largest, join(number(LARGEST_BITFIELD), id))).contains("bitfield");
    assertThat(malformed(largest, join(number(LARGEST_BITFIELD + 2), id)))
        .contains("" + (LARGEST_BITFIELD + 2));
    assertThat(largest.decode(ByteBuffer.wrap(join(number(LARGEST_BITFIELD + 1), id))))
        .isEqualTo(new Decoded.NeedMoreBytes(LARGEST_BITFIELD));
  }

  @Test
  void aBitfieldOfAnUnknownTorrentIsPassedOver() {
    PeerMessageCodec codec = new PeerMessageCodec(PeerMessageCodec.PIECES_UNKNOWN, 0);
    byte[] id = {5};
    assertThat(message(codec, hex("00000004 05 ff ff ff"))).isEqualTo(new PeerMessage.Unknown(5));
    byte[] most = join(number(LARGEST_BITFIELD + 1), id, new byte[LARGEST_BITFIELD]);
    assertThat(message(codec, most)).isEqualTo(new PeerMessage.Unknown(5));
    assertThat(malformed(codec, join(number(LARGEST_BITFIELD + 2), id)))
        .contains("" + (LARGEST_BITFIELD + 2));
    assertThat(malformed(codec, hex("0000000a 07 00000000 00000000 ff")))
        .contains("expected: 1..0");
    check(codec, hex("00000001 0f"), new PeerMessage.HaveNone());
  }

  @Test
  void requestMessagesContainAnIndexBeginAndLength() {
    check(
        codec(),
        hex("0000000d 06 00000001 00004000 00002000"),
        new PeerMessage.Request(1, 16_384, 8_192));
  }

  @Test
  void cancelMessagesHaveTheSamePayloadAsRequestMessages() {
    check(
        codec(),
        hex("0000000d 08 00000001 00004000 00002000"),
        new PeerMessage.Cancel(1, 16_384, 8_192));
  }

  @Test
  void aBlockRangeHasThreeNumbersBelow2To31() {
    for (String id : new String[] {"06", "08", "10"}) {
      assertThat(malformed(codec(), hex("0000000c" + id + "0000000100004000002000")))
          .contains("expected: 13");
      assertThat(malformed(codec(), hex("0000000e" + id + "00000001000040000000200000")))
          .contains("expected: 13");
      for (int at = 0; at < 3; at++) {
        byte[] bytes = hex("0000000d" + id + "7fffffff 7fffffff 7fffffff");
        message(codec(), bytes);
        bytes[5 + 4 * at] = (byte) 0x80;
        assertThat(malformed(codec(), bytes)).contains("2^31");
      }
    }
  }

  @Test
  void ofAPieceTheHeaderIsTakenAndTheBlockStaysInTheStream() {
    byte[] bytes = hex("0000000c 07 00000002 00008000 | aa bb cc");
    ByteBuffer in = ByteBuffer.wrap(bytes);
    PeerMessage piece = new PeerMessage.Piece(2, 32_768, 3);
    assertThat(codec().decode(in)).isEqualTo(new Decoded.Message(piece));
    assertThat(in.position()).isEqualTo(13);
    assertThat(encoded(codec(), piece)).isEqualTo(hex("0000000c 07 00000002 00008000"));
    // The block need not have come.
    assertThat(message(codec(), hex("0000000c 07 00000002 00008000"))).isEqualTo(piece);
    for (int cut = 0; cut < 13; cut++) {
      ByteBuffer begin = ByteBuffer.wrap(bytes, 0, cut);
      assertThat(codec().decode(begin)).isInstanceOf(Decoded.NeedMoreBytes.class);
      assertThat(begin.position()).isZero();
    }
  }

  @Test
  void aPieceHasABlockOfOneByteToTheLargestThatIsAskedFor() {
    byte[] range = hex("00000002 00008000");
    byte[] id = {7};
    message(codec(), join(number(10), id, range));
    message(codec(), join(number(9 + Wire.BLOCK_BYTES_MAX), id, range));
    assertThat(malformed(codec(), join(number(10 + Wire.BLOCK_BYTES_MAX), id)))
        .contains("block of 262145 bytes");
    assertThat(malformed(codec(), join(number(9), id, range))).contains("block of 0 bytes");
    assertThat(malformed(codec(), join(number(8), id, range))).contains("block of -1 bytes");
    assertThat(malformed(codec(), join(number(10), id, hex("80000000 00000000")))).contains("2^31");
    assertThat(malformed(codec(), join(number(10), id, hex("00000000 80000000")))).contains("2^31");
  }

  @Test
  void aStreamOfMessagesIsDecodedOneByOne() {
    ByteBuffer in =
        ByteBuffer.wrap(hex("00000001 01 | 00000000 | 00000005 04 00000007 | 00000005 04"));
    PeerMessageCodec codec = codec();
    assertThat(codec.decode(in)).isEqualTo(new Decoded.Message(new PeerMessage.Unchoke()));
    assertThat(codec.decode(in)).isEqualTo(new Decoded.Message(new PeerMessage.KeepAlive()));
    assertThat(codec.decode(in)).isEqualTo(new Decoded.Message(new PeerMessage.Have(7)));
    assertThat(codec.decode(in)).isEqualTo(new Decoded.NeedMoreBytes(4));
  }
}
