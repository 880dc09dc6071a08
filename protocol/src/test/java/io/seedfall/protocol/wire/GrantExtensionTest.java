package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.ascii;
import static io.seedfall.protocol.wire.Wire.checkDecodes;
import static io.seedfall.protocol.wire.Wire.checkExtended;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.codecToSeedfall;
import static io.seedfall.protocol.wire.Wire.encoded;
import static io.seedfall.protocol.wire.Wire.extended;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.malformed;
import static io.seedfall.protocol.wire.Wire.message;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.wire.PeerMessage.ExtensionHandshake;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** docs/protocol.md, "The extension sf_grant": each message byte for byte, and the negotiation. */
final class GrantExtensionTest {
  private static final int OURS = PeerMessageCodec.GRANT_ID;

  private static void checkKind(String payload, PeerMessage message) {
    checkExtended(OURS, Wire.REMOTE_GRANT_ID, hex(payload), message);
  }

  private static @Nullable GrantTerms terms(String value) {
    String dictionary = "d1:md8:sf_granti3ee8:sf_grant" + value + "e";
    return ((ExtensionHandshake) message(codec(), extended(0, ascii(dictionary)))).grant();
  }

  @Test
  void aWholeGrantOnTheWire() {
    assertThat(message(codecToSeedfall(), hex("00000003 14 02 01")))
        .isEqualTo(new PeerMessage.Grant());
    assertThat(encoded(codecToSeedfall(), new PeerMessage.Grant()))
        .isEqualTo(hex("00000003 14 07 01"));
  }

  @Test
  void theExamplesOfTheDocumentation() {
    assertThat(encoded(codecToSeedfall(), new PeerMessage.Offer(300)))
        .isEqualTo(hex("00000007 14 07 04 0000012c"));
    assertThat(
            encoded(
                codec(),
                new ExtensionHandshake(
                    0, 0, 0, "Seedfall 0.1", true, new GrantTerms(1, 256 * 1024, "r7"))))
        .isEqualTo(
            extended(
                0,
                ascii(
                    "d1:md8:sf_granti2e11:ut_metadatai1ee8:sf_grantd5:blocki262144e"
                        + "4:rack2:r71:vi1ee1:v12:Seedfall 0.1e")));
  }

  @Test
  void everyKindByteForByte() {
    checkKind("01", new PeerMessage.Grant());
    checkKind("02", new PeerMessage.GrantWithdrawn());
    checkKind("03 01", new PeerMessage.Decline(DeclineReason.BUSY));
    checkKind("03 02", new PeerMessage.Decline(DeclineReason.NOTHING));
    checkKind("04 01020304", new PeerMessage.Offer(0x01020304));
    checkKind("05 01020304", new PeerMessage.OfferDeclined(0x01020304));
    checkKind("06", new PeerMessage.Complete());
    checkKind("07 01020304", new PeerMessage.Asking(0x01020304));
    checkKind("08 01020304", new PeerMessage.AskingWithdrawn(0x01020304));
    checkKind("0a 01020304", new PeerMessage.RequestPiece(0x01020304));
  }

  @Test
  void listsCarryUpToTheirLimitOfPieces() {
    for (int count : new int[] {1, 2, PeerMessage.Haves.PIECES_MAX}) {
      checkList("09", new PeerMessage.Haves(pieces(count)), pieces(count));
    }
    for (int count : new int[] {1, 2, PeerMessage.RequestPieces.PIECES_MAX}) {
      checkList("0b", new PeerMessage.RequestPieces(pieces(count)), pieces(count));
      checkList("0c", new PeerMessage.OfferPieces(pieces(count)), pieces(count));
      checkList("0d", new PeerMessage.AskingPieces(pieces(count)), pieces(count));
      checkList("0e", new PeerMessage.AskingPiecesWithdrawn(pieces(count)), pieces(count));
    }
  }

  private static int[] pieces(int count) {
    int[] pieces = new int[count];
    for (int i = 0; i < count; i++) {
      pieces[i] = 1000 - i % 1000;
    }
    return pieces;
  }

  private static void checkList(String kind, PeerMessage message, int[] pieces) {
    ByteBuffer frame = ByteBuffer.allocate(7 + 4 * pieces.length);
    frame.putInt(3 + 4 * pieces.length).put(hex("14 07 " + kind));
    for (int piece : pieces) {
      frame.putInt(piece);
    }
    assertThat(codecToSeedfall().encodedBytes(message)).isEqualTo(frame.capacity());
    assertThat(encoded(codecToSeedfall(), message)).isEqualTo(frame.array());
    frame.put(5, (byte) OURS);
    PeerMessage back = message(codecToSeedfall(), frame.array());
    assertThat(back).isInstanceOf(message.getClass());
    assertThat(
            switch (back) {
              case PeerMessage.Haves(int[] list) -> list;
              case PeerMessage.RequestPieces(int[] list) -> list;
              case PeerMessage.OfferPieces(int[] list) -> list;
              case PeerMessage.AskingPieces(int[] list) -> list;
              case PeerMessage.AskingPiecesWithdrawn(int[] list) -> list;
              default -> throw new AssertionError(back);
            })
        .isEqualTo(pieces);
  }

  @Test
  void listsOfNoPieceOrTooManyOrHalfAPieceOrATooLargeOneAreMalformed() {
    for (String kind : List.of("09", "0b", "0c", "0d", "0e")) {
      assertThat(malformed(codecToSeedfall(), hex("00000003 14 02 " + kind))).contains("0 bytes");
      assertThat(malformed(codecToSeedfall(), hex("00000005 14 02" + kind + "0102")))
          .contains("2 bytes");
      assertThat(malformed(codecToSeedfall(), hex("00000007 14 02" + kind + "80000000")))
          .contains("2147483648");
    }
    // 1025 and 65 pieces: refused as soon as the length and the kind are there
    assertThat(malformed(codecToSeedfall(), hex("00001007 14 02 09"))).contains("4100 bytes");
    for (String kind : List.of("0b", "0c", "0d", "0e")) {
      assertThat(malformed(codecToSeedfall(), hex("00000107 14 02" + kind))).contains("260 bytes");
    }
  }

  @Test
  void aKnownKindOfAnotherLengthIsMalformed() {
    for (String payload :
        List.of(
            "",
            "0100",
            "0200",
            "03",
            "030100",
            "04",
            "04000000",
            "0400000000ff",
            "0600",
            "07",
            "08000000",
            "0a",
            "0a0000000000",
            "0b",
            "0c0000000000",
            "0d00")) {
      assertThat(malformed(codecToSeedfall(), extended(OURS, hex(payload)))).contains("sf_grant");
    }
  }

  @Test
  void aPieceAbove2To31IsMalformed() {
    for (String kind : List.of("04", "05", "07", "08", "0a")) {
      message(codecToSeedfall(), extended(OURS, hex(kind + "7fffffff")));
      assertThat(malformed(codecToSeedfall(), extended(OURS, hex(kind + "80000000"))))
          .contains("sf_grant piece: 2147483648");
    }
  }

  @Test
  void aReasonThatIsNotKnownMeansBusy() {
    for (String reason : List.of("00", "03", "ff")) {
      assertThat(message(codecToSeedfall(), extended(OURS, hex("03" + reason))))
          .isEqualTo(new PeerMessage.Decline(DeclineReason.BUSY));
    }
  }

  @Test
  void aKindThatIsNotKnownIsPassedOver() {
    for (String payload : List.of("00", "0f", "0f 0102030405060708", "ff 00")) {
      assertThat(message(codecToSeedfall(), extended(OURS, hex(payload))))
          .isEqualTo(new PeerMessage.UnknownExtension(OURS));
    }
  }

  @Test
  void theTermsOfTheOtherSide() {
    assertThat(terms("d5:blocki65536e4:rack2:r71:vi1ee"))
        .isEqualTo(new GrantTerms(1, 65_536, "r7"));
    assertThat(terms("d5:blocki65536e1:vi1ee")).isEqualTo(new GrantTerms(1, 65_536, ""));
    assertThat(terms("d5:blocki65536e6:future2:ok1:vi1ee"))
        .isEqualTo(new GrantTerms(1, 65_536, ""));
  }

  @Test
  void whoeverSpeaksALaterVersionSpeaksThisOneToo() {
    assertThat(terms("d5:blocki65536e1:vi2ee")).isEqualTo(new GrantTerms(1, 65_536, ""));
    assertThat(terms("d5:blocki65536e1:vi255ee")).isEqualTo(new GrantTerms(1, 65_536, ""));
    assertThat(terms("d5:blocki65536e1:vi256ee")).isNull();
    assertThat(terms("d5:blocki65536e1:vi0ee")).isNull();
    assertThat(terms("d5:blocki65536ee")).isNull();
  }

  @Test
  void aBlockIsAPowerOfTwoFrom16KiBTo1MiB() {
    assertThat(terms("d5:blocki16384e1:vi1ee")).isNotNull();
    assertThat(terms("d5:blocki8192e1:vi1ee")).isNull();
    assertThat(terms("d5:blocki16383e1:vi1ee")).isNull();
    assertThat(terms("d5:blocki1048576e1:vi1ee")).isNotNull();
    assertThat(terms("d5:blocki2097152e1:vi1ee")).isNull();
    assertThat(terms("d5:blocki65537e1:vi1ee")).isNull();
    assertThat(terms("d5:blocki-65536e1:vi1ee")).isNull();
    assertThat(terms("d1:vi1ee")).isNull();
    for (int bytes : new int[] {0, -16_384, Integer.MIN_VALUE, 8_192, 49_152, 2 << 20}) {
      assertThatThrownBy(() ->
              encoded(
                  codec(),
                  new ExtensionHandshake(0, 0, 0, "", false, new GrantTerms(1, bytes, ""))))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aRackThatIsTooLongOrNoTextCountsAsNotSaid() {
    String most = "r".repeat(64);
    assertThat(terms("d5:blocki65536e4:rack64:" + most + "1:vi1ee"))
        .isEqualTo(new GrantTerms(1, 65_536, most));
    assertThat(terms("d5:blocki65536e4:rack65:" + most + "r1:vi1ee"))
        .isEqualTo(new GrantTerms(1, 65_536, ""));
    assertThat(terms("d5:blocki65536e4:rack2:\n71:vi1ee")).isEqualTo(new GrantTerms(1, 65_536, ""));
    assertThat(terms("d5:blocki65536e4:racki7e1:vi1ee")).isEqualTo(new GrantTerms(1, 65_536, ""));
  }

  @Test
  void aZoneIsSaidLikeARackAndWhoDoesNotKnowOfZonesSaysNone() {
    assertThat(terms("d5:blocki65536e4:rack2:r71:vi1e4:zone1:ae"))
        .isEqualTo(new GrantTerms(1, 65_536, "r7", "a"));
    String most = "z".repeat(64);
    assertThat(terms("d5:blocki65536e1:vi1e4:zone64:" + most + "e"))
        .isEqualTo(new GrantTerms(1, 65_536, "", most));
    assertThat(terms("d5:blocki65536e1:vi1e4:zone65:" + most + "ze"))
        .isEqualTo(new GrantTerms(1, 65_536, ""));
    assertThat(terms("d5:blocki65536e1:vi1e4:zonei7ee")).isEqualTo(new GrantTerms(1, 65_536, ""));
    GrantTerms said = new GrantTerms(1, 65_536, "r7", "a");
    assertThat(new String(encoded(codec(), handshake(said)), ISO_8859_1))
        .contains("8:sf_grantd5:blocki65536e4:rack2:r71:vi1e4:zone1:ae");
  }

  private static ExtensionHandshake handshake(GrantTerms terms) {
    return new ExtensionHandshake(0, 0, 0, "", false, terms);
  }

  @Test
  void withoutTermsAnIdAloneDoesNotSpeakIt() {
    ExtensionHandshake said =
        (ExtensionHandshake) message(codec(), extended(0, ascii("d1:md8:sf_granti3eee")));
    assertThat(said.grant()).isNull();
    assertThat(terms("i1e")).isNull();
  }

  @Test
  void itIsUsedOnlyAfterTheOtherSideNamedItToo() {
    List<PeerMessage> all =
        List.of(
            new PeerMessage.Grant(),
            new PeerMessage.GrantWithdrawn(),
            new PeerMessage.Decline(DeclineReason.BUSY),
            new PeerMessage.Offer(1),
            new PeerMessage.OfferDeclined(1),
            new PeerMessage.Complete(),
            new PeerMessage.Asking(1),
            new PeerMessage.AskingWithdrawn(1));
    for (PeerMessage message : all) {
      assertThatThrownBy(() -> codec().encode(message, ByteBuffer.allocate(100)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sf_grant");
    }
    assertThat(malformed(codec(), hex("00000003 14 02 01"))).contains("did not announce");
  }

  @Test
  void theSeedfallHandshakeOfTheseTestsIsUnderstood() {
    checkDecodes(
        codec(),
        Wire.SEEDFALL_HANDSHAKE,
        new ExtensionHandshake(0, 0, 0, "", true, new GrantTerms(1, 65_536, "r7")));
  }
}
