package io.seedfall.benchmarks.micro;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.merkle.MerkleTree;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What hashing costs: a leaf, the root of a piece over its leaves, and the tree of a large file.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MerkleBenchmark {
  private static final int PIECE_LEAVES = 64;
  private static final int FILE_PIECES = 5_000;

  private final ByteBuffer leaf = ByteBuffer.wrap(random(MerkleTree.LEAF_BYTES));
  private final byte[] leavesOfAPiece = random(PIECE_LEAVES * Hash256.BYTES);
  private final byte[] piecesOfAFile = random(FILE_PIECES * Hash256.BYTES);

  /** Made by JMH. */
  public MerkleBenchmark() {}

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }

  /** The hash of 16 KiB. */
  @Benchmark
  public Hash256 leaf() {
    return MerkleTree.leaf(leaf.rewind());
  }

  /** The root of a piece of 1 MiB, from the hashes of its 64 leaves. */
  @Benchmark
  public Hash256 pieceRoot() {
    return MerkleTree.root(leavesOfAPiece, PIECE_LEAVES);
  }

  /** The tree of a file of 5000 pieces, from their roots. */
  @Benchmark
  public MerkleTree fileTree() {
    return MerkleTree.of(piecesOfAFile, Integer.numberOfTrailingZeros(PIECE_LEAVES));
  }
}
