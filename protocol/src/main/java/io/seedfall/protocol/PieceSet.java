package io.seedfall.protocol;

import java.util.Arrays;

/**
 * A set of piece numbers below a fixed count, as one bit a piece with the number of members kept.
 * The hot loops of a swarm run over its words. Not thread-safe.
 */
public final class PieceSet {
  private final int pieces;
  private final long[] words;
  private int cardinality;

  /** An empty set that can hold the pieces 0 to {@code pieces - 1}. */
  public PieceSet(int pieces) {
    if (pieces < 0) {
      throw new IllegalArgumentException("pieces: " + pieces + " (expected: >= 0)");
    }
    this.pieces = pieces;
    this.words = new long[(pieces + 63) >>> 6];
  }

  /** The set of all pieces below {@code pieces}. */
  public static PieceSet full(int pieces) {
    PieceSet set = new PieceSet(pieces);
    set.addAll();
    return set;
  }

  /** How many pieces there are to hold, not how many it holds. */
  public int pieces() {
    return pieces;
  }

  /** How many pieces it holds. */
  public int cardinality() {
    return cardinality;
  }

  /** Whether it holds every piece. */
  public boolean isFull() {
    return cardinality == pieces;
  }

  /** Whether it holds none. */
  public boolean isEmpty() {
    return cardinality == 0;
  }

  /** Whether it holds {@code piece}. */
  public boolean contains(int piece) {
    check(piece);
    return (words[piece >>> 6] & (1L << piece)) != 0;
  }

  /** Adds {@code piece}; true when it was not there. */
  public boolean add(int piece) {
    check(piece);
    long bit = 1L << piece;
    if ((words[piece >>> 6] & bit) != 0) {
      return false;
    }
    words[piece >>> 6] |= bit;
    cardinality++;
    return true;
  }

  /** Removes {@code piece}; true when it was there. */
  public boolean remove(int piece) {
    check(piece);
    long bit = 1L << piece;
    if ((words[piece >>> 6] & bit) == 0) {
      return false;
    }
    words[piece >>> 6] &= ~bit;
    cardinality--;
    return true;
  }

  /** Adds every piece. */
  public void addAll() {
    Arrays.fill(words, -1L);
    if ((pieces & 63) != 0) {
      words[words.length - 1] = (1L << pieces) - 1;
    }
    cardinality = pieces;
  }

  /** Removes every piece. */
  public void clear() {
    Arrays.fill(words, 0);
    cardinality = 0;
  }

  /** The first member at or above {@code from}, or -1. */
  public int next(int from) {
    if (from >= pieces) {
      return -1;
    }
    int word = from >>> 6;
    long bits = words[word] & (-1L << from);
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /** The first piece at or above {@code from} that is not a member, or -1. */
  public int nextMissing(int from) {
    for (int word = from >>> 6; word < words.length; word++) {
      long bits = ~words[word];
      if (word == from >>> 6) {
        bits &= -1L << from;
      }
      if (bits != 0) {
        int piece = (word << 6) + Long.numberOfTrailingZeros(bits);
        return piece < pieces ? piece : -1;
      }
    }
    return -1;
  }

  /** Whether this set holds a piece that {@code other} lacks. */
  public boolean hasSomethingMissingIn(PieceSet other) {
    for (int i = 0; i < words.length; i++) {
      if ((words[i] & ~other.words[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** The 64 bits from piece {@code 64 * index} on, lowest bit first, for loops over many sets. */
  public long word(int index) {
    return words[index];
  }

  /** How many words there are. */
  public int wordCount() {
    return words.length;
  }

  /** A copy with a life of its own. */
  public PieceSet copy() {
    PieceSet copy = new PieceSet(pieces);
    System.arraycopy(words, 0, copy.words, 0, words.length);
    copy.cardinality = cardinality;
    return copy;
  }

  /** The pieces that this set lacks: a set of its own. */
  public PieceSet complement() {
    PieceSet complement = new PieceSet(pieces);
    for (int piece = nextMissing(0); piece >= 0; piece = nextMissing(piece + 1)) {
      complement.add(piece);
    }
    return complement;
  }

  /** The bytes of a BITFIELD message: the high bit of the first byte is piece 0 (BEP 3). */
  public byte[] toBitfield() {
    byte[] bits = new byte[(pieces + 7) >>> 3];
    for (int piece = next(0); piece >= 0; piece = next(piece + 1)) {
      bits[piece >>> 3] |= (byte) (0x80 >>> (piece & 7));
    }
    return bits;
  }

  /**
   * Whether {@code bits} is a well-formed BITFIELD of {@code pieces} pieces: the exact length, and
   * no spare bit set (BEP 3).
   */
  public static boolean isBitfield(byte[] bits, int pieces) {
    if (bits.length != (pieces + 7) >>> 3) {
      return false;
    }
    int spare = bits.length * 8 - pieces;
    return spare == 0 || (bits[bits.length - 1] & ((1 << spare) - 1)) == 0;
  }

  /** The set that a BITFIELD message means; {@link #isBitfield} must hold. */
  public static PieceSet ofBitfield(byte[] bits, int pieces) {
    if (!isBitfield(bits, pieces)) {
      throw new IllegalArgumentException(
          "bitfield: " + bits.length + " bytes (expected: a bitfield of " + pieces + " pieces)");
    }
    PieceSet set = new PieceSet(pieces);
    for (int piece = 0; piece < pieces; piece++) {
      if ((bits[piece >>> 3] & (0x80 >>> (piece & 7))) != 0) {
        set.add(piece);
      }
    }
    return set;
  }

  private void check(int piece) {
    if (piece < 0 || piece >= pieces) {
      throw new IndexOutOfBoundsException(
          "piece: " + piece + " (expected: 0.." + (pieces - 1) + ")");
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PieceSet other
        && pieces == other.pieces
        && Arrays.equals(words, other.words);
  }

  @Override
  public int hashCode() {
    return 31 * pieces + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return cardinality + "/" + pieces;
  }
}
