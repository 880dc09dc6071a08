package io.seedfall.simulator;

import io.seedfall.swarm.Swarm;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmProgress;
import io.seedfall.swarm.SwarmSetup;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SwarmDriver} drives: always the production {@link Swarm}. Tests of the checkers put
 * a distorting one between the two, to see that a planted bug is found.
 */
interface Brain {
  /** {@link Swarm#handle}. */
  void handle(SwarmEvent event, long nowNanos);

  /** {@link Swarm#pollEffect}. */
  @Nullable SwarmEffect pollEffect();

  /** {@link Swarm#nextDeadlineNanos}. */
  long nextDeadlineNanos();

  /** {@link Swarm#progress}. */
  SwarmProgress progress();

  /** The swarm itself. */
  static Brain production(SwarmSetup setup) {
    return new Production(new Swarm(setup));
  }

  /** The swarm itself. */
  record Production(Swarm swarm) implements Brain {
    @Override
    public void handle(SwarmEvent event, long nowNanos) {
      swarm.handle(event, nowNanos);
    }

    @Override
    public @Nullable SwarmEffect pollEffect() {
      return swarm.pollEffect();
    }

    @Override
    public long nextDeadlineNanos() {
      return swarm.nextDeadlineNanos();
    }

    @Override
    public SwarmProgress progress() {
      return swarm.progress();
    }
  }
}
