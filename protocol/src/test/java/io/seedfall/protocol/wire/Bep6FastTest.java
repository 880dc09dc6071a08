package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.check;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.malformed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** BEP 6, the fast extension: each message byte for byte. */
final class Bep6FastTest {
  @Test
  void haveAllIs0eAndHaveNoneIs0f() {
    check(codec(), hex("00000001 0e"), new PeerMessage.HaveAll());
    check(codec(), hex("00000001 0f"), new PeerMessage.HaveNone());
    assertThat(malformed(codec(), hex("00000002 0e 00"))).contains("expected: 1");
    assertThat(malformed(codec(), hex("00000002 0f 00"))).contains("expected: 1");
  }

  @Test
  void suggestPieceIs0dAndAnIndex() {
    check(codec(), hex("00000005 0d 00000009"), new PeerMessage.SuggestPiece(9));
    assertThat(malformed(codec(), hex("00000004 0d 000000"))).contains("suggest piece");
    assertThat(malformed(codec(), hex("00000005 0d ffffffff"))).contains("4294967295");
  }

  @Test
  void rejectRequestIs10WithTheRequestsPayload() {
    check(
        codec(),
        hex("0000000d 10 00000001 00004000 00002000"),
        new PeerMessage.RejectRequest(1, 16_384, 8_192));
    assertThat(malformed(codec(), hex("00000001 10"))).contains("reject request");
  }

  @Test
  void allowedFastIs11AndAnIndex() {
    check(codec(), hex("00000005 11 00000009"), new PeerMessage.AllowedFast(9));
    assertThat(malformed(codec(), hex("00000006 11 0000000000"))).contains("allowed fast");
  }
}
