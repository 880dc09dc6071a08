package io.seedfall.swarm;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The brain of one peer in one swarm. A driver tells it what happened and carries out what it
 * answers:
 *
 * <pre>{@code
 * swarm.handle(event, nowNanos);                 // tell it what happened
 * for (var e = swarm.pollEffect(); e != null; e = swarm.pollEffect()) carryOut(e);
 * long wakeAt = swarm.nextDeadlineNanos();       // and when to come back, with TimeAdvanced
 * }</pre>
 *
 * <p>One thread calls it. {@code nowNanos} never goes back and begins near zero. All effects are
 * polled before the next event is handled. It does no I/O, reads no clock and draws randomness from
 * its seed only: the same setup and events give the same effects in any JVM.
 */
public final class Swarm {
  private final SwarmSetup setup;
  private final ArrayDeque<SwarmEffect> effects = new ArrayDeque<>();

  /** A swarm without peers. */
  public Swarm(SwarmSetup setup) {
    this.setup = setup;
  }

  /** Takes in one event that happened at {@code nowNanos}. */
  public void handle(SwarmEvent event, long nowNanos) {
    if (event instanceof SwarmEvent.DiskFailed(DiskFault fault) && nowNanos >= 0) {
      effects.add(new SwarmEffect.Report(new SwarmNotice.DiskStopped(fault)));
    }
  }

  /** The next thing to do, or null when there is none. */
  public @Nullable SwarmEffect pollEffect() {
    return effects.poll();
  }

  /** When to come back with {@link SwarmEvent.TimeAdvanced}; {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }

  /** Where it stands. */
  public SwarmProgress progress() {
    int have = setup.have().cardinality();
    return new SwarmProgress(have, setup.geometry().pieceCount(), 0, 0, 0, 0);
  }
}
