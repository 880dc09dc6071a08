package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.ascii;
import static io.seedfall.protocol.wire.Wire.checkExtended;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.encoded;
import static io.seedfall.protocol.wire.Wire.extended;
import static io.seedfall.protocol.wire.Wire.filled;
import static io.seedfall.protocol.wire.Wire.join;
import static io.seedfall.protocol.wire.Wire.malformed;
import static io.seedfall.protocol.wire.Wire.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** BEP 9 "extension message": each message byte for byte. */
final class Bep9MetadataTest {
  private static final int OURS = PeerMessageCodec.METADATA_ID;
  private static final int THEIRS = Wire.REMOTE_METADATA_ID;

  private static String refused(String dictionary) {
    return malformed(codec(), extended(OURS, ascii(dictionary)));
  }

  @Test
  void theRequestOfTheBep() {
    checkExtended(
        OURS, THEIRS, ascii("d8:msg_typei0e5:piecei0ee"), new PeerMessage.MetadataRequest(0));
  }

  @Test
  void theRejectOfTheBep() {
    checkExtended(
        OURS, THEIRS, ascii("d8:msg_typei2e5:piecei3ee"), new PeerMessage.MetadataReject(3));
  }

  @Test
  void theDataOfTheBepHasItsPieceBehindTheDictionary() {
    byte[] data = filled(3_425, 'x');
    checkExtended(
        OURS,
        THEIRS,
        join(ascii("d8:msg_typei1e5:piecei0e10:total_sizei3425ee"), data),
        new PeerMessage.MetadataData(0, 3_425, data));
  }

  @Test
  void everyPieceButTheLastHas16KiB() {
    byte[] dictionary = ascii("d8:msg_typei1e5:piecei1e10:total_sizei40000ee");
    PeerMessage whole = message(codec(), extended(OURS, join(dictionary, filled(16_384, 1))));
    assertThat(((PeerMessage.MetadataData) whole).data()).hasSize(16_384);
    assertThat(malformed(codec(), extended(OURS, join(dictionary, filled(16_383, 1)))))
        .contains("expected: 16384");
    assertThat(malformed(codec(), extended(OURS, join(dictionary, filled(16_385, 1)))))
        .contains("expected: 16384");
    byte[] last = ascii("d8:msg_typei1e5:piecei2e10:total_sizei40000ee");
    message(codec(), extended(OURS, join(last, filled(40_000 - 2 * 16_384, 1))));
    byte[] beyond = ascii("d8:msg_typei1e5:piecei3e10:total_sizei40000ee");
    malformed(codec(), extended(OURS, beyond));
    malformed(codec(), extended(OURS, join(beyond, filled(1, 1))));
  }

  @Test
  void dataIsAFreshCopy() {
    byte[] bytes = extended(OURS, ascii("d8:msg_typei1e5:piecei0e10:total_sizei3eeabc"));
    PeerMessage message = message(codec(), bytes);
    bytes[bytes.length - 1] = 0;
    assertThat(((PeerMessage.MetadataData) message).data()).isEqualTo(ascii("abc"));
  }

  @Test
  void anUnrecognizedMessageTypeIsIgnored() {
    PeerMessage ignored = new PeerMessage.UnknownExtension(OURS);
    assertThat(message(codec(), extended(OURS, ascii("d8:msg_typei3e5:piecei0ee"))))
        .isEqualTo(ignored);
    assertThat(message(codec(), extended(OURS, ascii("d8:msg_typei-1eexyz")))).isEqualTo(ignored);
  }

  @Test
  void whatIsNoMetadataMessageIsMalformed() {
    assertThat(refused("")).contains("ut_metadata");
    assertThat(refused("i1e")).contains("not a dictionary");
    assertThat(refused("d5:piecei0ee")).contains("msg_type");
    assertThat(refused("d8:msg_type1:05:piecei0ee")).contains("msg_type");
    assertThat(refused("d8:msg_typei0ee")).contains("piece");
    assertThat(refused("d8:msg_typei0e5:piecei-1ee")).contains("piece");
    assertThat(refused("d8:msg_typei0e5:piecei00ee")).contains("leading zero");
    assertThat(refused("d8:msg_typei0e5:piecei0eetrailing")).contains("8 bytes too many");
    assertThat(refused("d8:msg_typei1e5:piecei0eedata")).contains("total_size");
    assertThat(refused("d8:msg_typei1e5:piecei0e10:total_sizei0ee")).contains("total_size");
  }

  @Test
  void theMetadataIsAtMost64MiB() {
    int last = (64 << 20) / 16_384;
    message(codec(), extended(OURS, ascii("d8:msg_typei0e5:piecei" + last + "ee")));
    refused("d8:msg_typei0e5:piecei" + (last + 1) + "ee");
    byte[] data = filled(16_384, 1);
    byte[] most = ascii("d8:msg_typei1e5:piecei0e10:total_sizei67108864ee");
    byte[] more = ascii("d8:msg_typei1e5:piecei0e10:total_sizei67108865ee");
    message(codec(), extended(OURS, join(most, data)));
    assertThat(malformed(codec(), extended(OURS, join(more, data)))).contains("total_size");
  }

  @Test
  void aLongMessageIsRefusedBeforeItsBytesCome() {
    int most = 2 + 1_024 + 16_384;
    assertThat(codec().decode(ByteBuffer.wrap(join(Wire.number(most), new byte[] {20, OURS}))))
        .isEqualTo(new Decoded.NeedMoreBytes(most - 2));
    assertThat(malformed(codec(), join(Wire.number(most + 1), new byte[] {20, OURS})))
        .contains("ut_metadata");
  }

  @Test
  void towardsAPeerThatDidNotAnnounceItNothingIsSaid() {
    assertThatThrownBy(() -> encoded(codec(), new PeerMessage.MetadataRequest(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ut_metadata");
  }
}
