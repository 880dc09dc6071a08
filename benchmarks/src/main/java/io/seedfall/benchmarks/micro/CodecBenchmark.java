package io.seedfall.benchmarks.micro;

import io.seedfall.protocol.wire.Decoded;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessageCodec;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A message to bytes and back: what every block asked for and sent costs on the wire's threads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int PIECES = 5_000;
  private static final int BLOCK_BYTES = 16 * 1024;

  private final PeerMessageCodec codec = new PeerMessageCodec(PIECES, BLOCK_BYTES);
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
  private int piece;

  /** Made by JMH. */
  public CodecBenchmark() {}

  /** REQUEST, encoded and decoded. */
  @Benchmark
  public Decoded request() {
    return thereAndBack(new PeerMessage.Request(nextPiece(), 0, BLOCK_BYTES));
  }

  /** HAVE, encoded and decoded. */
  @Benchmark
  public Decoded have() {
    return thereAndBack(new PeerMessage.Have(nextPiece()));
  }

  /** The header of a PIECE, encoded and decoded. */
  @Benchmark
  public Decoded pieceHeader() {
    return thereAndBack(new PeerMessage.Piece(nextPiece(), 0, BLOCK_BYTES));
  }

  private int nextPiece() {
    piece = (piece + 1) % PIECES;
    return piece;
  }

  private Decoded thereAndBack(PeerMessage message) {
    buffer.clear();
    codec.encode(message, buffer);
    return codec.decode(buffer.flip());
  }
}
