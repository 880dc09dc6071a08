package io.seedfall.benchmarks.micro;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Swarm;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A sender's brain for one piece: it grants, is asked, hands out the blocks, and grants again.
 * Measured over an upload of everything to everybody.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GrantBenchmark {
  private static final int PIECES = 100;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int NEIGHBOURS = 30;
  private static final int TRANSFERS = PIECES * NEIGHBOURS;
  private static final long STEP_NANOS = 210_000; // a block of 256 KiB at 10 Gbit/s

  private final int[] nextPiece = new int[NEIGHBOURS];

  /** Made by JMH. */
  public GrantBenchmark() {}

  /** One piece to one of 30 neighbours, each of which takes all. */
  @Benchmark
  @OperationsPerInvocation(TRANSFERS)
  public Swarm upload() {
    Arrays.fill(nextPiece, 0);
    Swarm swarm = Neighbours.brain(PIECES, PIECE_BYTES, PieceSet.full(PIECES), NEIGHBOURS, false);
    ArrayDeque<SwarmEvent> happens = new ArrayDeque<>();
    long nowNanos = 0;
    int taken = 0;
    while (taken < TRANSFERS) {
      for (SwarmEffect effect = swarm.pollEffect(); effect != null; effect = swarm.pollEffect()) {
        if (effect instanceof SwarmEffect.SendBlock(int peer, Block block)) {
          happens.add(new SwarmEvent.BlockSent(peer, block));
          if (block.offset() + block.length() == PIECE_BYTES) {
            happens.add(new SwarmEvent.PeerSpoke(peer, new PeerMessage.Have(block.piece())));
            taken++;
          }
        } else if (effect instanceof SwarmEffect.Send(int peer, PeerMessage.Grant _)) {
          happens.add(new SwarmEvent.PeerSpoke(peer, answer(peer)));
        }
      }
      SwarmEvent next = happens.poll();
      if (next == null) {
        nowNanos = Math.max(nowNanos, swarm.nextDeadlineNanos());
        next = new SwarmEvent.TimeAdvanced();
      }
      nowNanos += STEP_NANOS;
      swarm.handle(next, nowNanos);
    }
    return swarm;
  }

  private PeerMessage answer(int peer) {
    int piece = nextPiece[peer]++;
    return piece < PIECES
        ? new PeerMessage.RequestPiece(piece)
        : new PeerMessage.Decline(DeclineReason.NOTHING);
  }
}
