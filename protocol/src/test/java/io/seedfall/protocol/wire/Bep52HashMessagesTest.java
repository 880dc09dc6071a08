package io.seedfall.protocol.wire;

import static io.seedfall.protocol.wire.Wire.check;
import static io.seedfall.protocol.wire.Wire.codec;
import static io.seedfall.protocol.wire.Wire.encoded;
import static io.seedfall.protocol.wire.Wire.filled;
import static io.seedfall.protocol.wire.Wire.hex;
import static io.seedfall.protocol.wire.Wire.join;
import static io.seedfall.protocol.wire.Wire.malformed;
import static io.seedfall.protocol.wire.Wire.message;
import static io.seedfall.protocol.wire.Wire.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Hash256;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BEP 52 "peer messages": hash request, hashes, hash reject, byte for byte. */
final class Bep52HashMessagesTest {
  private static final byte[] ROOT = filled(32, 0x5a);
  private static final Hash256 ROOT_HASH = Hash256.of(ROOT);
  private static final byte[] RANGE = hex("00000004 00000200 00000100 0000000a");

  private static Hash256 hash(int value) {
    return Hash256.of(filled(32, value));
  }

  @Test
  void aHashRequestHasPiecesRootBaseLayerIndexLengthAndProofLayers() {
    check(
        codec(),
        join(hex("00000031 15"), ROOT, RANGE),
        new PeerMessage.HashRequest(ROOT_HASH, 4, 512, 256, 10));
  }

  @Test
  void aHashRejectHasTheSamePayload() {
    check(
        codec(),
        join(hex("00000031 17"), ROOT, RANGE),
        new PeerMessage.HashReject(ROOT_HASH, 4, 512, 256, 10));
  }

  @Test
  void hashesHaveTheSamePayloadAndTheHashesBehindIt() {
    check(
        codec(),
        join(
            hex("00000091 16"),
            ROOT,
            hex("00000000 00000004 00000002 00000002"),
            filled(32, 1),
            filled(32, 2),
            filled(32, 3)),
        new PeerMessage.Hashes(ROOT_HASH, 0, 4, 2, 2, List.of(hash(1), hash(2), hash(3))));
    check(
        codec(),
        join(hex("00000031 16"), ROOT, RANGE),
        new PeerMessage.Hashes(ROOT_HASH, 4, 512, 256, 10, List.of()));
  }

  @Test
  void anotherLengthIsMalformed() {
    for (String id : new String[] {"15", "17"}) {
      assertThat(malformed(codec(), hex("00000030" + id))).contains("expected: 49");
      assertThat(malformed(codec(), hex("00000032" + id))).contains("expected: 49");
    }
    assertThat(malformed(codec(), hex("00000030 16"))).contains("hashes of 48 bytes");
    assertThat(malformed(codec(), hex("00000050 16"))).contains("hashes of 80 bytes");
  }

  @Test
  void aRequestIsForAtMost512HashesAnd64ProofLayers() {
    for (int id : new int[] {21, 22, 23}) {
      byte[] head = join(number(49), new byte[] {(byte) id}, ROOT, hex("7fffffff 7fffffff"));
      message(codec(), join(head, number(512), number(64)));
      assertThat(malformed(codec(), join(head, number(513), number(64)))).contains("length 513");
      assertThat(malformed(codec(), join(head, number(512), number(65)))).contains("layers 65");
      assertThat(malformed(codec(), join(head, number(1L << 31), number(0))))
          .contains("length 2147483648");
      byte[] start = join(number(49), new byte[] {(byte) id}, ROOT);
      assertThat(malformed(codec(), join(start, number(1L << 31), number(0), number(2), number(0))))
          .contains("base layer 2147483648");
      assertThat(
              malformed(codec(), join(start, number(0), number(0xffffffffL), number(2), number(0))))
          .contains("index 4294967295");
    }
  }

  @Test
  void oneMessageCarriesAtMostTheHashesThatCanBeAskedFor() {
    int most = 512 + 64;
    int length = 49 + most * 32;
    byte[] bytes = join(number(length), hex("16"), ROOT, RANGE, filled(most * 32, 7));
    PeerMessage.Hashes hashes = (PeerMessage.Hashes) message(codec(), bytes);
    assertThat(hashes.hashes()).hasSize(most).containsOnly(hash(7));
    assertThat(encoded(codec(), hashes)).isEqualTo(bytes);
    assertThat(malformed(codec(), join(number(length + 32), hex("16")))).contains("at most");
    assertThatThrownBy(() ->
            codec()
                .encode(
                    new PeerMessage.Hashes(
                        ROOT_HASH, 0, 0, 512, 64, Collections.nCopies(most + 1, hash(1))),
                    ByteBuffer.allocate(1 << 16)))
        .isInstanceOf(IllegalStateException.class);
  }
}
