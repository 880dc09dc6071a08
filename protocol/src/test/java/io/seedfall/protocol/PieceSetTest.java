package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class PieceSetTest {
  @Test
  void itDoesWhatABitSetDoes() {
    Seeds.check(
        300,
        random -> {
          int pieces = random.nextInt(200);
          PieceSet set = new PieceSet(pieces);
          BitSet naive = new BitSet();
          for (int step = 0; step < 60; step++) {
            operate(random, set, naive);
            assertSame(set, naive);
          }
        });
  }

  private static void operate(RandomGenerator random, PieceSet set, BitSet naive) {
    int pieces = set.pieces();
    switch (random.nextInt(20)) {
      case 0 -> {
        set.addAll();
        naive.set(0, pieces);
      }
      case 1 -> {
        set.clear();
        naive.clear();
      }
      default -> {
        if (pieces == 0) {
          return;
        }
        int piece = random.nextInt(pieces);
        if (random.nextInt(3) > 0) {
          assertThat(set.add(piece)).isEqualTo(!naive.get(piece));
          naive.set(piece);
        } else {
          assertThat(set.remove(piece)).isEqualTo(naive.get(piece));
          naive.clear(piece);
        }
      }
    }
  }

  private static void assertSame(PieceSet set, BitSet naive) {
    assertThat(set.cardinality()).isEqualTo(naive.cardinality());
    assertThat(set.isEmpty()).isEqualTo(naive.isEmpty());
    assertThat(set.isFull()).isEqualTo(naive.cardinality() == set.pieces());
    for (int piece = 0; piece < set.pieces(); piece++) {
      int missing = naive.nextClearBit(piece);
      if (set.contains(piece) != naive.get(piece)
          || set.next(piece) != naive.nextSetBit(piece)
          || set.nextMissing(piece) != (missing < set.pieces() ? missing : -1)) {
        throw new AssertionError(piece + " of " + naive);
      }
    }
    assertThat(set.next(set.pieces())).isEqualTo(-1);
    assertThat(set.nextMissing(set.pieces())).isEqualTo(-1);
    long[] words = naive.toLongArray();
    for (int i = 0; i < set.wordCount(); i++) {
      assertThat(set.word(i)).isEqualTo(i < words.length ? words[i] : 0);
    }
    assertThat(PieceSet.ofBitfield(set.toBitfield(), set.pieces())).isEqualTo(set);
  }

  @Test
  void theHighBitOfTheFirstByteIsPieceZero() {
    assertThat(of("x.......").toBitfield()).containsExactly(0x80);
    assertThat(of(".......x").toBitfield()).containsExactly(0x01);
    assertThat(of("x.x.....  .x").toBitfield()).containsExactly(0xa0, 0x40);
    assertThat(PieceSet.ofBitfield(new byte[] {(byte) 0xa0, 0x40}, 10))
        .isEqualTo(of("x.x.....  .x"));
    assertThat(new PieceSet(0).toBitfield()).isEmpty();
  }

  @Test
  void aBitfieldHasTheExactLengthAndNoSpareBits() {
    assertThat(PieceSet.isBitfield(new byte[0], 0)).isTrue();
    assertThat(PieceSet.isBitfield(new byte[1], 0)).isFalse();
    assertThat(PieceSet.isBitfield(new byte[] {-1}, 8)).isTrue();
    assertThat(PieceSet.isBitfield(new byte[] {-1}, 7)).isFalse();
    assertThat(PieceSet.isBitfield(new byte[] {(byte) 0xfe}, 7)).isTrue();
    assertThat(PieceSet.isBitfield(new byte[] {-1, (byte) 0x80}, 9)).isTrue();
    assertThat(PieceSet.isBitfield(new byte[] {-1, (byte) 0xc0}, 9)).isFalse();
    assertThat(PieceSet.isBitfield(new byte[] {-1}, 9)).isFalse();
    assertThat(PieceSet.isBitfield(new byte[3], 9)).isFalse();
    assertThatThrownBy(() -> PieceSet.ofBitfield(new byte[] {-1}, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7 pieces");
  }

  @Test
  void itKnowsWhetherItHoldsWhatAnotherLacks() {
    assertThat(of("xx.").hasSomethingMissingIn(of("x.x"))).isTrue();
    assertThat(of("x..").hasSomethingMissingIn(of("x.x"))).isFalse();
    assertThat(of("...").hasSomethingMissingIn(of("..."))).isFalse();
    PieceSet last = new PieceSet(130);
    last.add(129);
    assertThat(last.hasSomethingMissingIn(new PieceSet(130))).isTrue();
    assertThat(new PieceSet(130).hasSomethingMissingIn(last)).isFalse();
  }

  @Test
  void aCopyHasALifeOfItsOwn() {
    PieceSet set = of("x.x");
    PieceSet copy = set.copy();
    assertThat(copy).isEqualTo(set).hasSameHashCodeAs(set).hasToString("2/3");
    copy.add(1);
    assertThat(copy.isFull()).isTrue();
    assertThat(set).isEqualTo(of("x.x")).isNotEqualTo(copy);
    assertThat(new PieceSet(3)).isNotEqualTo(new PieceSet(4));
    assertThat(PieceSet.full(3)).isEqualTo(copy);
  }

  @Test
  void piecesOutsideItAreRefused() {
    PieceSet set = new PieceSet(64);
    assertThat(set.add(63)).isTrue();
    for (int bad : new int[] {-1, 64, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> set.contains(bad)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> set.add(bad)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> set.remove(bad)).isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(new PieceSet(0).isFull()).isTrue();
    assertThatThrownBy(() -> new PieceSet(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static PieceSet of(String picture) {
    String pieces = picture.replace(" ", "");
    PieceSet set = new PieceSet(pieces.length());
    for (int i = 0; i < pieces.length(); i++) {
      if (pieces.charAt(i) == 'x') {
        set.add(i);
      }
    }
    return set;
  }

  @Test
  void theComplementIsWhatIsMissing() {
    for (int pieces : new int[] {0, 1, 63, 64, 65, 200}) {
      assertThat(new PieceSet(pieces).complement()).isEqualTo(PieceSet.full(pieces));
      assertThat(PieceSet.full(pieces).complement().isEmpty()).isTrue();
    }
    PieceSet set = new PieceSet(70);
    set.add(3);
    set.add(69);
    PieceSet complement = set.complement();
    assertThat(complement.cardinality()).isEqualTo(68);
    assertThat(complement.contains(3) || complement.contains(69)).isFalse();
    assertThat(complement.complement()).isEqualTo(set);
  }
}
