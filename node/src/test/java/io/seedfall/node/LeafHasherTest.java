package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeafHasherTest {
  private static final int LEAF = PieceGeometry.LEAF_BYTES;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Hash256[] expected(byte[] bytes) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Hash256[] leaves = new Hash256[Math.ceilDiv(bytes.length, LEAF)];
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      int from = leaf * LEAF;
      digest.update(bytes, from, Math.min(LEAF, bytes.length - from));
      leaves[leaf] = Hash256.of(digest.digest());
    }
    return leaves;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, LEAF - 1, LEAF, 8 * LEAF - 1, 8 * LEAF, 8 * LEAF + 1, 24 * LEAF, 400_001})
  void theHashesAreTheDigestsWithAndWithoutLanes(int length) throws Exception {
    byte[] bytes = random(length);
    ByteBuffer direct = ByteBuffer.allocateDirect(length + 7).position(3).put(bytes).position(3);
    for (ByteBuffer buffer : List.of(ByteBuffer.wrap(bytes), direct.limit(3 + length))) {
      for (boolean lanes : new boolean[] {true, false}) {
        int position = buffer.position();
        assertThat(new LeafHasher(() -> lanes).leaves(buffer)).isEqualTo(expected(bytes));
        assertThat(buffer.position()).isEqualTo(position);
        assertThat(buffer.remaining()).isEqualTo(length);
      }
    }
  }

  @Test
  void allBytesThatAreAllOnesAndOneHasherForMany() throws Exception {
    byte[] ones = new byte[8 * LEAF];
    Arrays.fill(ones, (byte) -1);
    LeafHasher hasher = new LeafHasher(() -> true);
    for (byte[] bytes : List.of(ones, random(8 * LEAF), new byte[8 * LEAF], ones)) {
      assertThat(hasher.leaves(ByteBuffer.wrap(bytes))).isEqualTo(expected(bytes));
    }
  }

  @Test
  void moreIsWorthWaitingForOnlyWithLanesAndBelowOneBatch() {
    LeafHasher inLanes = new LeafHasher(() -> true);
    assertThat(inLanes.gainsByMoreThan(LeafLanes.BATCH_BYTES - 1)).isTrue();
    assertThat(inLanes.gainsByMoreThan(LeafLanes.BATCH_BYTES)).isFalse();
    assertThat(new LeafHasher(() -> false).gainsByMoreThan(LEAF)).isFalse();
  }

  /** With AVX2 and no SHA extensions lanes win by far; elsewhere it only has to come to its end. */
  @Test
  void theProofComesToItsEnd() throws Exception {
    String processor = Files.readString(Path.of("/proc/cpuinfo"));
    boolean lanesWin = processor.contains(" avx2 ") && !processor.contains(" sha_ni ");
    LaneProof.begin();
    LaneProof.begin();
    Awaitility.await()
        .atMost(2 * LaneProof.NANOS_MAX, TimeUnit.NANOSECONDS)
        .until(() -> LaneProof.isProven() || !isProving());
    assertThat(!lanesWin || LaneProof.isProven()).isTrue();
  }

  private static boolean isProving() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("seedfall-lanes"));
  }
}
