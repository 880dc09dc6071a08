package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.ascii;
import static io.seedfall.protocol.wire.Wire.filled;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.WireHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** BEP 3 "peer protocol", with the reserved bits of BEP 6, 10 and 52. */
final class HandshakeTest {
  private static final InfoHash TORRENT =
      new InfoHash(Hash256.of(join(filled(20, 0xaa), filled(12, 0xbb))));
  private static final PeerId SELF = PeerId.of(ascii("-SF0100-abcdefghijkl"));

  private static byte[] handshake(String reserved) {
    return join(
        hex("13"),
        ascii("BitTorrent protocol"),
        hex(reserved),
        filled(20, 0xaa),
        ascii("-SF0100-abcdefghijkl"));
  }

  private static Handshake complete(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    DecodedHandshake decoded = Handshake.decode(in);
    assertThat(decoded).isInstanceOf(DecodedHandshake.Complete.class);
    assertThat(in.position()).isEqualTo(Handshake.BYTES);
    return ((DecodedHandshake.Complete) decoded).handshake();
  }

  @Test
  void oursAnnouncesFastExtensionsAndV2() {
    ByteBuffer out = ByteBuffer.allocate(100);
    Handshake.ours(TORRENT.wire(), SELF).encode(out);
    assertThat(Arrays.copyOf(out.array(), out.position()))
        .isEqualTo(handshake("00 00 00 00 00 10 00 14"));
  }

  @Test
  void eachReservedBitIsReadAndWrittenAlone() {
    checkBits("00 00 00 00 00 00 00 00", false, false, false);
    checkBits("00 00 00 00 00 10 00 00", false, true, false);
    checkBits("00 00 00 00 00 00 00 04", true, false, false);
    checkBits("00 00 00 00 00 00 00 10", false, false, true);
  }

  private static void checkBits(String reserved, boolean fast, boolean extensions, boolean v2) {
    Handshake expected = new Handshake(fast, extensions, v2, TORRENT.wire(), SELF);
    assertThat(complete(handshake(reserved))).isEqualTo(expected);
    ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
    expected.encode(out);
    assertThat(out.array()).isEqualTo(handshake(reserved));
  }

  @Test
  void reservedBitsOfOthersAreNotLookedAt() {
    assertThat(complete(handshake("ff ff ff ff ff ef ff eb")))
        .isEqualTo(new Handshake(false, false, false, TORRENT.wire(), SELF));
  }

  @Test
  void itNamesItsTorrentByTwentyBytes() {
    Handshake handshake = complete(handshake("00 00 00 00 00 10 00 14"));
    assertThat(handshake.isFor(TORRENT.wire())).isTrue();
    assertThat(handshake.isFor(WireHash.parse("ab".repeat(20)))).isFalse();
    assertThat(handshake.torrent().toBytes()).isEqualTo(filled(20, 0xaa));
    assertThat(handshake.peerId()).isEqualTo(SELF);
  }

  @Test
  void aFirstByteOtherThanNineteenIsMalformedBeforeTheOthersCome() {
    for (int first = 0; first < 256; first++) {
      DecodedHandshake decoded = Handshake.decode(ByteBuffer.wrap(new byte[] {(byte) first}));
      if (first == 0x13) {
        assertThat(decoded).isEqualTo(new DecodedHandshake.NeedMoreBytes(67));
      } else {
        assertThat(decoded).isInstanceOf(DecodedHandshake.Malformed.class);
      }
    }
  }

  @Test
  void everyOtherByteOfTheProtocolNameIsCheckedAsItComes() {
    for (int at = 1; at < 20; at++) {
      byte[] bytes = Arrays.copyOf(handshake("00 00 00 00 00 10 00 14"), at + 1);
      bytes[at] ^= 0x20;
      assertThat(Handshake.decode(ByteBuffer.wrap(bytes)))
          .isInstanceOf(DecodedHandshake.Malformed.class);
    }
  }

  @Test
  void cutShortItWaitsForTheRestAndTakesNothing() {
    byte[] bytes = handshake("00 00 00 00 00 10 00 14");
    for (int cut = 0; cut < bytes.length; cut++) {
      ByteBuffer in = ByteBuffer.wrap(bytes, 0, cut);
      assertThat(Handshake.decode(in)).isEqualTo(new DecodedHandshake.NeedMoreBytes(68 - cut));
      assertThat(in.position()).isZero();
    }
  }

  @Test
  void whatFollowsStaysInTheBuffer() {
    ByteBuffer in =
        ByteBuffer.wrap(join(hex("ff"), handshake("00 00 00 00 00 10 00 14"), hex("00 00 00")));
    in.position(1);
    assertThat(Handshake.decode(in)).isInstanceOf(DecodedHandshake.Complete.class);
    assertThat(in.remaining()).isEqualTo(3);
  }

  @Test
  void randomBytesNeverMakeItThrow() {
    Seeds.check(
        2_000,
        random -> {
          byte[] bytes = handshake("00 00 00 00 00 10 00 14");
          bytes = Arrays.copyOf(bytes, random.nextInt(100));
          for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          assertThat(Handshake.decode(ByteBuffer.wrap(bytes))).isNotNull();
        });
  }
}
