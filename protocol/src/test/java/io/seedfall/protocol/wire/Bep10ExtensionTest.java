package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.ascii;
import static io.seedfall.protocol.wire.Wire.assertSame;
import static io.seedfall.protocol.wire.Wire.checkDecodes;
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

import io.seedfall.protocol.wire.PeerMessage.ExtensionHandshake;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** BEP 10: the extension handshake byte for byte, and what a peer may say in it. */
final class Bep10ExtensionTest {
  private static final ExtensionHandshake NOTHING_SAID =
      new ExtensionHandshake(0, 0, 0, "", false, null);

  private static ExtensionHandshake saidTo(PeerMessageCodec codec, String dictionary) {
    return (ExtensionHandshake)
        message(codec, extended(0, dictionary.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static ExtensionHandshake said(String dictionary) {
    return saidTo(codec(), dictionary);
  }

  @Test
  void oursByteForByte() {
    ExtensionHandshake ours =
        new ExtensionHandshake(
            31_235, 250, 6_881, "Seedfall 0.1", true, new GrantTerms(1, 262_144, "r7"));
    assertThat(encoded(codec(), ours))
        .isEqualTo(
            extended(
                0,
                ascii(
                    "d1:md8:sf_granti2e11:ut_metadatai1ee13:metadata_sizei31235e1:pi6881e"
                        + "4:reqqi250e8:sf_grantd5:blocki262144e4:rack2:r71:vi1ee"
                        + "1:v12:Seedfall 0.1e")));
  }

  @Test
  void whatIsNotKnownIsNotSaid() {
    assertThat(encoded(codec(), NOTHING_SAID)).isEqualTo(hex("00000009 14 00 | 64 313a6d 6465 65"));
    assertThat(
            encoded(
                codec(), new ExtensionHandshake(0, 0, 0, "", false, new GrantTerms(1, 16_384, ""))))
        .isEqualTo(extended(0, ascii("d1:md8:sf_granti2ee8:sf_grantd5:blocki16384e1:vi1eee")));
  }

  @Test
  void anotherClientsHandshakeIsUnderstood() {
    // As libtorrent says it, cut by hand.
    byte[] bytes =
        extended(
            0,
            ascii(
                "d12:complete_agoi-1e1:md11:lt_donthavei7e11:ut_metadatai2e6:ut_pexi1ee"
                    + "13:metadata_sizei1234e4:reqqi500e11:upload_onlyi1e1:v18:libtorrent/2.0.8.0e"));
    checkDecodes(
        codec(),
        bytes,
        new ExtensionHandshake(1_234, 500, 0, "libtorrent/2.0.8.0", true, null, true, true, true));
  }

  @Test
  void theExampleOfTheBepIsUnderstoodApartFromItsKeyOrder() {
    assertThat(
            said("d1:md11:LT_metadatai1e6:\u00b5T_PEXi2ee1:pi6881e1:v13:\u00c2\u00b5Torrent 1.2e"))
        .isEqualTo(new ExtensionHandshake(0, 0, 6_881, "\u00b5Torrent 1.2", false, null));
  }

  @Test
  void allItemsAreOptionalAndUnknownNamesAreIgnored() {
    assertThat(said("de")).isEqualTo(NOTHING_SAID);
    assertThat(said("d1:mde3:xyzli1ei2eee")).isEqualTo(NOTHING_SAID);
    assertThat(said("d1:mi5ee")).isEqualTo(NOTHING_SAID);
  }

  @Test
  void whatIsNoDictionaryIsMalformed() {
    for (String payload :
        new String[] {"", "i1e", "le", "d", "d1:v1:a1:m1:be", "deX", "d1:vi01ee"}) {
      assertThat(malformed(codec(), extended(0, ascii(payload)))).contains("extension handshake");
    }
    assertThat(malformed(codec(), hex("00000001 14"))).contains("without an id");
  }

  @Test
  void absurdNumbersCountAsNotSaid() {
    assertThat(said("d13:metadata_sizei67108864ee").metadataBytes()).isEqualTo(64 << 20);
    assertThat(said("d13:metadata_sizei67108865ee").metadataBytes()).isZero();
    assertThat(said("d13:metadata_sizei1ee").metadataBytes()).isEqualTo(1);
    assertThat(said("d13:metadata_sizei-1ee").metadataBytes()).isZero();
    assertThat(said("d13:metadata_size1:1e").metadataBytes()).isZero();
    assertThat(said("d4:reqqi1048576ee").requestsMax()).isEqualTo(1 << 20);
    assertThat(said("d4:reqqi1048577ee").requestsMax()).isZero();
    assertThat(said("d4:reqqi1ee").requestsMax()).isEqualTo(1);
    assertThat(said("d4:reqqi0ee").requestsMax()).isZero();
    assertThat(said("d4:reqqi9223372036854775807ee").requestsMax()).isZero();
    assertThat(said("d1:pi65535ee").listenPort()).isEqualTo(65_535);
    assertThat(said("d1:pi65536ee").listenPort()).isZero();
    assertThat(said("d1:pi-6881ee").listenPort()).isZero();
  }

  @Test
  void aNameThatIsTooLongOrNoTextCountsAsNotSaid() {
    assertThat(said("d1:v128:" + "a".repeat(128) + "e").client()).hasSize(128);
    assertThat(said("d1:v129:" + "a".repeat(129) + "e").client()).isEmpty();
    assertThat(said("d1:v2:\u00c3(e").client()).isEmpty();
    assertThat(said("d1:v3:a\nbe").client()).isEmpty();
    assertThat(said("d1:v3:a\u001bbe").client()).isEmpty();
    assertThat(said("d1:vi1ee").client()).isEmpty();
  }

  @Test
  void anIdIsOneByte() {
    assertThat(said("d1:md11:ut_metadatai255eee").hasMetadataExchange()).isTrue();
    assertThat(said("d1:md11:ut_metadatai256eee").hasMetadataExchange()).isFalse();
    assertThat(said("d1:md11:ut_metadatai-1eee").hasMetadataExchange()).isFalse();
    assertThat(said("d1:md11:ut_metadata1:1ee").hasMetadataExchange()).isFalse();
  }

  @Test
  void noTwoExtensionsShareAnId() {
    assertThat(malformed(codec(), extended(0, ascii("d1:md8:sf_granti3e11:ut_metadatai3eee"))))
        .contains("id 3");
    assertThat(malformed(codec(), extended(0, ascii("d1:md11:lt_donthavei7e6:ut_pexi7eee"))))
        .contains("id 7");
    said("d1:md11:lt_donthavei0e8:sf_granti0e11:ut_metadatai0e6:ut_pexi0eee");
  }

  @Test
  void theRemotesIdIsUsedTowardsItAndOursTowardsUs() {
    PeerMessageCodec codec = codec();
    saidTo(codec, "d1:md11:ut_metadatai200eee");
    byte[] payload = ascii("d8:msg_typei0e5:piecei0ee");
    assertThat(encoded(codec, new PeerMessage.MetadataRequest(0)))
        .isEqualTo(extended(200, payload));
    assertThat(message(codec, extended(1, payload))).isEqualTo(new PeerMessage.MetadataRequest(0));
    assertThat(message(codec, extended(200, payload)))
        .isEqualTo(new PeerMessage.UnknownExtension(200));
  }

  @Test
  void aLaterHandshakeSaysOnlyWhatChanges() {
    PeerMessageCodec codec = codec();
    String terms = "8:sf_grantd5:blocki65536e1:vi1ee";
    saidTo(codec, "d1:md8:sf_granti3e11:ut_metadatai4ee" + terms + "e");
    GrantTerms grant = new GrantTerms(1, 65_536, "");
    assertThat(saidTo(codec, "d1:pi80ee"))
        .isEqualTo(new ExtensionHandshake(0, 0, 80, "", true, grant));
    assertThat(saidTo(codec, "d1:md11:ut_metadatai9eee").hasMetadataExchange()).isTrue();
    assertThat(encoded(codec, new PeerMessage.MetadataRequest(0)))
        .isEqualTo(extended(9, ascii("d8:msg_typei0e5:piecei0ee")));
    assertThat(encoded(codec, new PeerMessage.Grant())).isEqualTo(hex("00000003 14 03 01"));
  }

  @Test
  void theIdZeroEndsAnExtension() {
    PeerMessageCodec codec = Wire.codecToSeedfall();
    assertThat(saidTo(codec, "d1:md11:ut_metadatai0eee"))
        .extracting(ExtensionHandshake::hasMetadataExchange)
        .isEqualTo(false);
    assertThat(saidTo(codec, "d1:md8:sf_granti0eee"))
        .extracting(ExtensionHandshake::grant)
        .isEqualTo(null);
    // What was on its way to the writing thread by then must not make it fall over.
    assertThat(encoded(codec, new PeerMessage.MetadataReject(0))[5])
        .isEqualTo((byte) Wire.REMOTE_METADATA_ID);
    assertThat(encoded(codec, new PeerMessage.Grant())[5]).isEqualTo((byte) Wire.REMOTE_GRANT_ID);
  }

  @Test
  void aLongHandshakeIsRefusedBeforeItsBytesCome() {
    int most = 2 + PeerMessageCodec.EXTENSION_HANDSHAKE_BYTES_MAX;
    int key = 16_384 - "d1:x16371:e".length();
    assertSame(
        message(codec(), extended(0, join(ascii("d1:x16373:"), filled(key, 'y'), ascii("e")))),
        NOTHING_SAID);
    assertThat(codec().decode(ByteBuffer.wrap(join(number(most), hex("14 00")))))
        .isEqualTo(new Decoded.NeedMoreBytes(most - 2));
    assertThat(malformed(codec(), join(number(most + 1), hex("14 00"))))
        .contains("extension handshake of 16387 bytes");
  }

  @Test
  void anExtendedMessageThatWeDidNotAnnounceIsPassedOver() {
    assertThat(message(codec(), extended(9, ascii("d5:added0:e"))))
        .isEqualTo(new PeerMessage.UnknownExtension(9));
    assertThat(message(codec(), extended(255, new byte[0])))
        .isEqualTo(new PeerMessage.UnknownExtension(255));
  }

  @Test
  void nobodySaysAnUnknownMessage() {
    for (PeerMessage message :
        new PeerMessage[] {new PeerMessage.Unknown(99), new PeerMessage.UnknownExtension(99)}) {
      assertThatThrownBy(() -> codec().encode(message, ByteBuffer.allocate(100)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> codec().encodedBytes(message))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
