package io.seedfall.simulator.policy;

/**
 * Which pieces each machine has and has asked for, and how many of its neighbours have each: what
 * rarest first needs. Bits in longs, because it is asked for millions of pieces.
 */
final class BitTorrentPieces {
  private final int count;
  private final int words;
  private final long[][] has;
  private final long[][] asked;
  private final short[][] copies;
  private final int[] verified;

  BitTorrentPieces(int machines, int count) {
    this.count = count;
    words = (count + Long.SIZE - 1) / Long.SIZE;
    has = new long[machines + 1][words];
    asked = new long[machines + 1][words];
    copies = new short[machines + 1][count];
    verified = new int[machines + 1];
    for (int piece = 0; piece < count; piece++) {
      add(0, piece);
    }
  }

  boolean has(int machine, int piece) {
    return (has[machine][piece >>> 6] >>> piece & 1) != 0;
  }

  boolean isComplete(int machine) {
    return verified[machine] == count;
  }

  /** A machine has a piece now. */
  void add(int machine, int piece) {
    has[machine][piece >>> 6] |= 1L << piece;
    verified[machine]++;
  }

  void ask(int machine, int piece) {
    asked[machine][piece >>> 6] |= 1L << piece;
  }

  void giveUp(int machine, int piece) {
    asked[machine][piece >>> 6] &= ~(1L << piece);
  }

  /** A neighbour has that piece. */
  void seen(int machine, int piece) {
    copies[machine][piece]++;
  }

  /** A neighbour is there, or gone, with all that it has. */
  void neighbour(int machine, int neighbour, boolean there) {
    for (int piece = 0; piece < count; piece++) {
      if (has(neighbour, piece)) {
        copies[machine][piece] += (short) (there ? 1 : -1);
      }
    }
  }

  /** How many pieces one machine has that another one lacks. */
  int offered(int machine, int other) {
    int offered = 0;
    for (int word = 0; word < words; word++) {
      offered += Long.bitCount(has[machine][word] & ~has[other][word]);
    }
    return offered;
  }

  /**
   * The rarest piece that a sender has and a receiver neither has nor asked for, or -1. Of equals
   * the first one at or after the piece {@code from}, with which the caller draws.
   */
  int rarest(int sender, int receiver, int from) {
    long[] there = has[sender];
    long[] here = has[receiver];
    long[] coming = asked[receiver];
    short[] known = copies[receiver];
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    int firstWord = from >>> 6;
    long behind = -1L << from;
    int word = firstWord;
    for (int i = 0; i <= words; i++) {
      long open = there[word] & ~(here[word] | coming[word]);
      if (word == firstWord) {
        open &= i == 0 ? behind : ~behind;
      }
      while (open != 0) {
        int piece = (word << 6) + Long.numberOfTrailingZeros(open);
        open &= open - 1;
        if (known[piece] < fewest) {
          fewest = known[piece];
          best = piece;
        }
      }
      word = word + 1 == words ? 0 : word + 1;
    }
    return best;
  }
}
