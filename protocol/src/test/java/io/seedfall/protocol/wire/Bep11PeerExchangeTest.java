package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.ascii;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.encoded;
import static io.seedfall.protocol.wire.Wire.extended;
import static io.seedfall.protocol.wire.Wire.filled;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.join;
import static io.seedfall.protocol.wire.Wire.malformed;
import static io.seedfall.protocol.wire.Wire.message;
import static io.seedfall.protocol.wire.Wire.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.wire.PeerMessage.DontHave;
import io.seedfall.protocol.wire.PeerMessage.ExtensionHandshake;
import io.seedfall.protocol.wire.PeerMessage.PeerExchange;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BEP 11 ut_pex, BEP 21 upload_only and BEP 54 lt_donthave. Our ids are 3 and 4. */
final class Bep11PeerExchangeTest {
  private static final Endpoint FOUR = new Endpoint("10.1.2.3", 6_881);
  private static final Endpoint SIX = new Endpoint("2001:db8::1", 80);
  private static final String FOUR_BYTES = "0a010203 1ae1";
  private static final String SIX_BYTES = "20010db8 00000000 00000000 00000001 0050";

  private static PeerMessageCodec codecToClient() {
    PeerMessageCodec codec = codec();
    message(codec, extended(0, ascii("d1:md11:lt_donthavei7e6:ut_pexi1eee")));
    return codec;
  }

  /** A dictionary of strings, keys in the order given. */
  private static byte[] payload(Object... keysAndRows) {
    byte[] all = ascii("d");
    for (int i = 0; i < keysAndRows.length; i += 2) {
      String key = (String) keysAndRows[i];
      byte[] row = (byte[]) keysAndRows[i + 1];
      all = join(all, ascii(key.length() + ":" + key), ascii(row.length + ":"), row);
    }
    return join(all, ascii("e"));
  }

  private static PeerExchange heard(byte[] payload) {
    return (PeerExchange) message(codec(), extended(3, payload));
  }

  @Test
  void bothFamiliesBothWays() {
    byte[] payload =
        payload(
            "added",
            hex(FOUR_BYTES + "01020304 0001"),
            "added.f",
            hex("12 00"),
            "added6",
            hex(SIX_BYTES),
            "added6.f",
            hex("02"),
            "dropped",
            hex("7f000001 ffff"),
            "dropped6",
            hex(SIX_BYTES));
    PeerExchange said =
        new PeerExchange(
            List.of(
                new ExchangedPeer(FOUR, 0x12),
                new ExchangedPeer(new Endpoint("1.2.3.4", 1), 0),
                new ExchangedPeer(SIX, 0x02)),
            List.of(new Endpoint("127.0.0.1", 65_535), SIX));
    Wire.checkDecodes(codec(), extended(3, payload), said);
    assertThat(encoded(codecToClient(), said)).isEqualTo(extended(1, payload));
    assertThat(said.added().getFirst().isSeed()).isTrue();
    assertThat(said.added().get(1).isSeed()).isFalse();
  }

  @Test
  void nothingToSayStillHasARow() {
    assertThat(encoded(codecToClient(), new PeerExchange(List.of(), List.of())))
        .isEqualTo(extended(1, ascii("d5:added0:7:added.f0:e")));
  }

  @Test
  void flagsAreOptional() {
    assertThat(heard(payload("added", hex(FOUR_BYTES))).added())
        .containsExactly(new ExchangedPeer(FOUR, 0));
    assertThat(heard(payload("added", hex(FOUR_BYTES), "added.f", hex("0202"))).added())
        .as("of another length")
        .containsExactly(new ExchangedPeer(FOUR, 0));
    assertThat(heard(ascii("de"))).isEqualTo(new PeerExchange(List.of(), List.of()));
  }

  @Test
  void whatMakesNoSenseCountsAsNotSaid() {
    assertThat(heard(payload("added", hex("0a0102031a"), "dropped", hex(FOUR_BYTES))))
        .isEqualTo(new PeerExchange(List.of(), List.of(FOUR)));
    assertThat(heard(payload("added", hex("0a010203 0000" + FOUR_BYTES), "added.f", hex("0102"))))
        .as("the port 0")
        .isEqualTo(new PeerExchange(List.of(new ExchangedPeer(FOUR, 2)), List.of()));
    assertThat(heard(ascii("d5:addedi1e7:droppedlee")).added()).isEmpty();
    assertThat(malformed(codec(), extended(3, ascii("le")))).contains("ut_pex: not a dictionary");
    assertThat(malformed(codec(), extended(3, ascii("d5:added")))).contains("ut_pex");
    assertThat(malformed(codec(), extended(3, new byte[0]))).contains("ut_pex");
  }

  @Test
  void furtherPeersAreLeftOut() {
    byte[] peers = filled(201 * 6, 1);
    assertThat(heard(payload("added", filled(200 * 6, 1))).added()).hasSize(200);
    assertThat(heard(payload("added", peers, "added6", hex(SIX_BYTES))).added())
        .hasSize(PeerExchange.HEARD_MAX);
    assertThat(heard(payload("dropped", peers, "dropped6", hex(SIX_BYTES))).dropped())
        .hasSize(PeerExchange.HEARD_MAX);
  }

  @Test
  void weSayAtMostFifty() {
    List<ExchangedPeer> fifty = Collections.nCopies(50, new ExchangedPeer(FOUR, 0));
    List<ExchangedPeer> more = Collections.nCopies(51, new ExchangedPeer(FOUR, 0));
    List<Endpoint> gone = Collections.nCopies(51, FOUR);
    PeerMessageCodec codec = codecToClient();
    assertThat(encoded(codec, new PeerExchange(fifty, gone.subList(0, 50))))
        .hasSizeGreaterThan(650);
    for (PeerExchange tooMuch :
        List.of(new PeerExchange(more, List.of()), new PeerExchange(List.of(), gone))) {
      assertThatThrownBy(() -> codec.encode(tooMuch, ByteBuffer.allocate(10_000)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aLongMessageIsRefusedBeforeItsBytesCome() {
    assertThat(codec().decode(ByteBuffer.wrap(join(number(2 + 16_384), hex("14 03")))))
        .isEqualTo(new Decoded.NeedMoreBytes(16_384));
    assertThat(malformed(codec(), join(number(3 + 16_384), hex("14 03"))))
        .contains("ut_pex message of 16387 bytes");
  }

  @Test
  void flagsAreOneByte() {
    assertThat(new ExchangedPeer(FOUR, 255).flags()).isEqualTo(255);
    for (int flags : new int[] {-1, 256}) {
      assertThatThrownBy(() -> new ExchangedPeer(FOUR, flags))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLostPieceIsSaidInFourBytes() {
    Wire.checkDecodes(codec(), hex("00000006 14 04 0000012c"), new DontHave(300));
    assertThat(encoded(codecToClient(), new DontHave(300)))
        .isEqualTo(hex("00000006 14 07 0000012c"));
    assertThat(malformed(codec(), hex("00000005 14 04 000001"))).contains("lt_donthave");
    assertThat(malformed(codec(), hex("00000007 14 04 0000000001"))).contains("lt_donthave");
    assertThat(malformed(codec(), hex("00000006 14 04 80000000"))).contains("2147483648");
  }

  @Test
  void nothingIsSaidThatWasNotAnnounced() {
    for (PeerMessage message : List.of(new DontHave(1), new PeerExchange(List.of(), List.of()))) {
      assertThatThrownBy(() -> codec().encode(message, ByteBuffer.allocate(100)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("was not announced");
    }
  }

  @Test
  void ourHandshakeAnnouncesThem() {
    assertThat(encoded(codec(), new ExtensionHandshake(0, 0, 0, "", true, null, true, true, true)))
        .isEqualTo(
            extended(
                0, ascii("d1:md11:lt_donthavei4e11:ut_metadatai1e6:ut_pexi3ee11:upload_onlyi1ee")));
  }

  @Test
  void uploadOnlyIsKeptUntilItIsTakenBack() {
    PeerMessageCodec codec = codec();
    assertThat(uploadOnly(codec, "d11:upload_onlyi1ee")).isTrue();
    assertThat(uploadOnly(codec, "de")).isTrue();
    assertThat(uploadOnly(codec, "d11:upload_onlyi2ee")).as("counts as not said").isTrue();
    assertThat(uploadOnly(codec, "d11:upload_onlyi0ee")).isFalse();
    assertThat(uploadOnly(codec(), "d11:upload_only1:1e")).isFalse();
  }

  private static boolean uploadOnly(PeerMessageCodec codec, String payload) {
    return ((ExtensionHandshake) message(codec, extended(0, ascii(payload)))).uploadOnly();
  }

  @Test
  void anIdOfZeroEndsThem() {
    PeerMessageCodec codec = codecToClient();
    ExtensionHandshake later =
        (ExtensionHandshake) message(codec, extended(0, ascii("d1:md6:ut_pexi0eee")));
    assertThat(later.hasPeerExchange()).isFalse();
    assertThat(later.hasDontHave()).isTrue();
  }

  @Test
  void brokenBytesNeverMakeItThrow() {
    byte[] right = extended(3, payload("added", hex(FOUR_BYTES), "added.f", hex("12")));
    Seeds.check(
        2_000,
        random -> {
          byte[] bytes = right.clone();
          for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
          }
          assertThat(codec().decode(ByteBuffer.wrap(bytes))).isNotNull();
        });
  }
}
