package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * SHA-256 (FIPS 180-4) of {@value #LEAVES} leaves at once: each lane of the vectors is one leaf.
 * Where the processor has no SHA extensions this takes a third of the time of the JDK's digest
 * (docs/decisions/0009), once compiled; before, it is hundreds of times slower: {@link LaneProof}
 * says when it may be used. One thread owns it.
 *
 * <p>The message schedule and the rounds are methods of their own with one round in each turn of
 * the loop: with more in one method the compiler stops inlining, and every vector becomes an
 * object.
 */
final class LeafLanes {
  /** Leaves that are hashed together. */
  static final int LEAVES = 8;

  /** Their bytes. */
  static final int BATCH_BYTES = LEAVES * PieceGeometry.LEAF_BYTES;

  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_256;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int CHUNK_BYTES = 64;

  /** What is copied of each leaf at once, so that all of it stays in the first cache. */
  private static final int SLICE_BYTES = 1024;

  private static final int CHUNK_WORDS = 16;
  private static final int ROUNDS = 64;
  private static final int STATE_WORDS = 8;

  private static final int[] INITIAL = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  private static final int[] CONSTANTS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  /** Word {@code t} of every lane's schedule, then the next word of every lane's. */
  private final int[] schedule = new int[ROUNDS * LEAVES];

  /** The same for the eight words of the state. */
  private final int[] state = new int[STATE_WORDS * LEAVES];

  /** A slice of each leaf, one behind the other. */
  private final byte[] slices = new byte[LEAVES * SLICE_BYTES];

  /**
   * Hashes {@value #LEAVES} whole leaves, which lie one behind the other from the index {@code
   * from} on, and puts their hashes into {@code hashes}, the first at {@code at}.
   */
  void hash(ByteBuffer bytes, int from, Hash256[] hashes, int at) {
    for (int word = 0; word < STATE_WORDS; word++) {
      Arrays.fill(state, word * LEAVES, (word + 1) * LEAVES, INITIAL[word]);
    }
    for (int slice = 0; slice < PieceGeometry.LEAF_BYTES; slice += SLICE_BYTES) {
      for (int lane = 0; lane < LEAVES; lane++) {
        int begin = from + lane * PieceGeometry.LEAF_BYTES + slice;
        bytes.get(begin, slices, lane * SLICE_BYTES, SLICE_BYTES);
      }
      for (int chunk = 0; chunk < SLICE_BYTES; chunk += CHUNK_BYTES) {
        load(slices, chunk, schedule);
        compress();
      }
    }
    padding();
    compress();
    byte[] hash = new byte[Hash256.BYTES];
    for (int lane = 0; lane < LEAVES; lane++) {
      for (int word = 0; word < STATE_WORDS; word++) {
        WORD.set(hash, word * Integer.BYTES, state[word * LEAVES + lane]);
      }
      hashes[at + lane] = Hash256.of(hash);
    }
  }

  private static void load(byte[] slices, int chunk, int[] words) {
    for (int lane = 0; lane < LEAVES; lane++) {
      int from = lane * SLICE_BYTES + chunk;
      for (int word = 0; word < CHUNK_WORDS; word++) {
        words[word * LEAVES + lane] = (int) WORD.get(slices, from + word * Integer.BYTES);
      }
    }
  }

  /** The last chunk of every leaf: a one, zeros, and the length in bits. */
  private void padding() {
    Arrays.fill(schedule, 0, CHUNK_WORDS * LEAVES, 0);
    Arrays.fill(schedule, 0, LEAVES, 0x80000000);
    Arrays.fill(
        schedule,
        (CHUNK_WORDS - 1) * LEAVES,
        CHUNK_WORDS * LEAVES,
        PieceGeometry.LEAF_BYTES * Byte.SIZE);
  }

  private void compress() {
    expand(schedule);
    rounds(state, schedule);
  }

  /** FIPS 180-4, 6.2.2, step 1. */
  private static void expand(int[] words) {
    for (int t = CHUNK_WORDS * LEAVES; t < ROUNDS * LEAVES; t += LEAVES) {
      IntVector w15 = IntVector.fromArray(SPECIES, words, t - 15 * LEAVES);
      IntVector w2 = IntVector.fromArray(SPECIES, words, t - 2 * LEAVES);
      IntVector small0 =
          rotated(w15, 7)
              .lanewise(VectorOperators.XOR, rotated(w15, 18))
              .lanewise(VectorOperators.XOR, w15.lanewise(VectorOperators.LSHR, 3));
      IntVector small1 =
          rotated(w2, 17)
              .lanewise(VectorOperators.XOR, rotated(w2, 19))
              .lanewise(VectorOperators.XOR, w2.lanewise(VectorOperators.LSHR, 10));
      small0
          .add(small1)
          .add(IntVector.fromArray(SPECIES, words, t - 7 * LEAVES))
          .add(IntVector.fromArray(SPECIES, words, t - 16 * LEAVES))
          .intoArray(words, t);
    }
  }

  /** FIPS 180-4, 6.2.2, steps 2 to 4. */
  private static void rounds(int[] state, int[] words) {
    IntVector a = IntVector.fromArray(SPECIES, state, 0);
    IntVector b = IntVector.fromArray(SPECIES, state, LEAVES);
    IntVector c = IntVector.fromArray(SPECIES, state, 2 * LEAVES);
    IntVector d = IntVector.fromArray(SPECIES, state, 3 * LEAVES);
    IntVector e = IntVector.fromArray(SPECIES, state, 4 * LEAVES);
    IntVector f = IntVector.fromArray(SPECIES, state, 5 * LEAVES);
    IntVector g = IntVector.fromArray(SPECIES, state, 6 * LEAVES);
    IntVector h = IntVector.fromArray(SPECIES, state, 7 * LEAVES);
    for (int t = 0; t < ROUNDS; t++) {
      IntVector choice =
          g.lanewise(
              VectorOperators.XOR,
              e.lanewise(VectorOperators.AND, f.lanewise(VectorOperators.XOR, g)));
      IntVector majority =
          a.lanewise(VectorOperators.AND, b)
              .lanewise(
                  VectorOperators.OR,
                  c.lanewise(VectorOperators.AND, a.lanewise(VectorOperators.OR, b)));
      IntVector first =
          h.add(rotations(e, 6, 11, 25))
              .add(choice)
              .add(IntVector.broadcast(SPECIES, CONSTANTS[t]))
              .add(IntVector.fromArray(SPECIES, words, t * LEAVES));
      IntVector second = rotations(a, 2, 13, 22).add(majority);
      h = g;
      g = f;
      f = e;
      e = d.add(first);
      d = c;
      c = b;
      b = a;
      a = first.add(second);
    }
    addTo(state, 0, a);
    addTo(state, 1, b);
    addTo(state, 2, c);
    addTo(state, 3, d);
    addTo(state, 4, e);
    addTo(state, 5, f);
    addTo(state, 6, g);
    addTo(state, 7, h);
  }

  private static IntVector rotations(IntVector x, int first, int second, int third) {
    return rotated(x, first)
        .lanewise(VectorOperators.XOR, rotated(x, second))
        .lanewise(VectorOperators.XOR, rotated(x, third));
  }

  private static IntVector rotated(IntVector x, int bits) {
    return x.lanewise(VectorOperators.ROR, bits);
  }

  private static void addTo(int[] state, int word, IntVector value) {
    value.add(IntVector.fromArray(SPECIES, state, word * LEAVES)).intoArray(state, word * LEAVES);
  }
}
