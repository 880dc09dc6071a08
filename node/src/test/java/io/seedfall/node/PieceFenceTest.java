package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PieceFenceTest {
  private static final int KIB = 1024;

  /** One piece of three leaves, the last of them 100 bytes, and a second piece. */
  private final PieceGeometry geometry = new PieceGeometry(64 * KIB, 32 * KIB + 100, 64 * KIB);

  private final PieceFence fence = new PieceFence(geometry);
  private final PieceFence.Owner old = new PieceFence.Owner();
  private final PieceFence.Owner fresh = new PieceFence.Owner();

  private PieceFence.Assembly assembly(PieceFence.Owner owner, Block block) {
    return Objects.requireNonNull(fence.assembly(owner, block));
  }

  private static Hash256[] hashes(int count) {
    Hash256[] hashes = new Hash256[count];
    Arrays.fill(hashes, Hash256.ZERO);
    return hashes;
  }

  @Test
  void onlyTheOwnerIsExpected() {
    Block block = new Block(0, 0, 16 * KIB);
    assertThat(fence.assembly(old, block)).isNull();
    fence.expect(old, 0);
    assertThat(fence.assembly(old, block)).isNotNull();
    assertThat(fence.assembly(fresh, block)).isNull();
    assertThat(fence.assembly(old, new Block(1, 0, 16 * KIB))).isNull();
  }

  @Test
  void blocksBeginAndEndWhereLeavesDo() {
    fence.expect(old, 0);
    assertThat(fence.assembly(old, new Block(0, 16 * KIB, 16 * KIB))).isNotNull();
    assertThat(fence.assembly(old, new Block(0, 32 * KIB, 100))).isNotNull();
    assertThat(fence.assembly(old, new Block(0, 0, 32 * KIB + 100))).isNotNull();
    assertThat(fence.assembly(old, new Block(0, 1, 16 * KIB))).isNull();
    assertThat(fence.assembly(old, new Block(0, 0, 16 * KIB - 1))).isNull();
    assertThat(fence.assembly(old, new Block(0, 32 * KIB, 99))).isNull();
  }

  @Test
  void aWholePieceGivesItsLeavesOnceAndInOrder() {
    fence.expect(old, 0);
    Block tail = new Block(0, 32 * KIB, 100);
    Block head = new Block(0, 0, 32 * KIB);
    PieceFence.Assembly assembly = assembly(old, tail);
    Hash256[] leaves = {Hash256.parse("01".repeat(32)), Hash256.parse("02".repeat(32))};
    Hash256 last = Hash256.parse("03".repeat(32));
    assertThat(fence.beginWrite(assembly, tail)).isTrue();
    assertThat(fence.endWrite(assembly, tail, new Hash256[] {last})).isTrue();
    assertThatThrownBy(() -> fence.finish(0)).isInstanceOf(IllegalStateException.class);
    assertThat(fence.beginWrite(assembly, head)).isTrue();
    assertThat(fence.endWrite(assembly, head, leaves)).isTrue();
    assertThat(fence.finish(0).leaves()).containsExactly(leaves[0], leaves[1], last);
    assertThat(fence.isCurrent(assembly)).isFalse();
    assertThatThrownBy(() -> fence.finish(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLeafIsWrittenOnceSoAVerifiedPieceStaysAsItWas() {
    fence.expect(old, 0);
    Block whole = new Block(0, 0, 32 * KIB + 100);
    Block again = new Block(0, 16 * KIB, 16 * KIB);
    PieceFence.Assembly assembly = assembly(old, whole);
    assertThat(fence.beginWrite(assembly, whole)).isTrue();
    fence.endWrite(assembly, whole, hashes(3));
    assertThat(fence.beginWrite(assembly, again)).isFalse();
    fence.finish(0);
    assertThat(fence.beginWrite(assembly, again)).isFalse();
  }

  @Test
  void aFailedWriteLeavesItsLeavesFree() {
    fence.expect(old, 0);
    Block block = new Block(0, 0, 16 * KIB);
    PieceFence.Assembly assembly = assembly(old, block);
    assertThat(fence.beginWrite(assembly, block)).isTrue();
    assertThat(fence.endWrite(assembly, block, null)).isFalse();
    assertThat(fence.beginWrite(assembly, block)).isTrue();
  }

  @Test
  void twoOwnersAtOnceAreABug() {
    fence.expect(old, 0);
    assertThatThrownBy(() -> fence.expect(fresh, 0)).isInstanceOf(IllegalStateException.class);
    fence.abandon(old, 0);
    fence.expect(fresh, 0);
  }

  @Test
  void anAbandonedWriteDoesNotBeginAndOneThatHasBegunDoesNotCount() {
    fence.expect(old, 0);
    Block first = new Block(0, 0, 16 * KIB);
    Block second = new Block(0, 16 * KIB, 16 * KIB);
    PieceFence.Assembly assembly = assembly(old, first);
    assertThat(fence.beginWrite(assembly, first)).isTrue();
    fence.abandonAll(old);
    assertThat(fence.endWrite(assembly, first, hashes(1))).isFalse();
    assertThat(fence.beginWrite(assembly, second)).isFalse();
    assertThat(fence.assembly(old, second)).isNull();
  }

  @Test
  void aNewOwnerWaitsForTheSlowWriteOfAnOldOneHoweverManyCameBetween() throws Exception {
    Block block = new Block(0, 0, 16 * KIB);
    fence.expect(old, 0);
    PieceFence.Assembly slow = assembly(old, block);
    assertThat(fence.beginWrite(slow, block)).isTrue(); // and it hangs in the disk
    fence.abandon(old, 0);
    PieceFence.Owner between = new PieceFence.Owner(); // never writes, and loses the piece again
    fence.expect(between, 0);
    fence.abandon(between, 0);
    fence.expect(fresh, 0);
    PieceFence.Assembly next = assembly(fresh, block);
    CompletableFuture<Boolean> began = new CompletableFuture<>();
    Thread writer = Thread.ofPlatform().start(() -> began.complete(fence.beginWrite(next, block)));
    awaitWaiting(writer);
    assertThat(began).isNotDone();
    assertThat(fence.endWrite(slow, block, hashes(1))).isFalse();
    assertThat(began.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(fence.endWrite(next, block, hashes(1))).isTrue();
    writer.join();
  }

  @Test
  void whoWaitsForASlowWriteStopsWaitingWhenItsOwnPieceIsTakenAway() throws Exception {
    Block block = new Block(0, 0, 16 * KIB);
    fence.expect(old, 0);
    PieceFence.Assembly slow = assembly(old, block);
    assertThat(fence.beginWrite(slow, block)).isTrue();
    fence.abandon(old, 0);
    fence.expect(fresh, 0);
    PieceFence.Assembly next = assembly(fresh, block);
    CompletableFuture<Boolean> began = new CompletableFuture<>();
    Thread writer = Thread.ofPlatform().start(() -> began.complete(fence.beginWrite(next, block)));
    awaitWaiting(writer);
    fence.abandon(fresh, 0);
    fence.endWrite(slow, block, hashes(1));
    assertThat(began.get(60, TimeUnit.SECONDS)).isFalse();
    writer.join();
    fence.expect(old, 0); // and nothing of all that is remembered
    assertThat(fence.beginWrite(assembly(old, block), block)).isTrue();
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
