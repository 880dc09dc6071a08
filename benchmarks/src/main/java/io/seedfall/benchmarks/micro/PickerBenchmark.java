package io.seedfall.benchmarks.micro;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Swarm;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A receiver's brain for one piece: it is granted one, picks it, gets its blocks, and tells the
 * others. Measured over a whole download, because every piece that is there changes the choice.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PickerBenchmark {
  private static final int PIECES = 2_000;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int NEIGHBOURS = 30;
  private static final long STEP_NANOS = 840_000; // a piece of 1 MiB at 10 Gbit/s

  private final PieceGeometry geometry =
      new PieceGeometry(PIECE_BYTES, (long) PIECES * PIECE_BYTES);

  /** Made by JMH. */
  public PickerBenchmark() {}

  /** One piece of a download from 30 neighbours that have everything. */
  @Benchmark
  @OperationsPerInvocation(PIECES)
  public Swarm download() {
    Swarm swarm = Neighbours.brain(PIECES, PIECE_BYTES, new PieceSet(PIECES), NEIGHBOURS, true);
    long nowNanos = 0;
    for (int i = 0; i < PIECES; i++) {
      int peer = i % NEIGHBOURS;
      nowNanos += STEP_NANOS;
      swarm.handle(new SwarmEvent.PeerSpoke(peer, new PeerMessage.Grant()), nowNanos);
      int piece = asked(swarm);
      int block = 0;
      for (int offset = 0; offset < PIECE_BYTES; block++) {
        Block next = geometry.blockAt(piece, block, PIECE_BYTES / 4);
        swarm.handle(new SwarmEvent.BlockStored(peer, next), nowNanos);
        offset += next.length();
      }
      swarm.handle(new SwarmEvent.PieceVerified(piece), nowNanos);
    }
    if (swarm.progress().piecesVerified() < PIECES) {
      throw new IllegalStateException("the download is not complete");
    }
    return swarm;
  }

  /** The piece that the brain asked for; everything else that it wants is done. */
  private static int asked(Swarm swarm) {
    int piece = -1;
    for (SwarmEffect effect = swarm.pollEffect(); effect != null; effect = swarm.pollEffect()) {
      if (effect instanceof SwarmEffect.ExpectPiece(int _, int expected)) {
        piece = expected;
      }
    }
    if (piece < 0) {
      throw new IllegalStateException("no piece was asked for");
    }
    return piece;
  }
}
