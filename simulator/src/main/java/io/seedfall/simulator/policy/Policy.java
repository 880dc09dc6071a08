package io.seedfall.simulator.policy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A way to put one file on many machines. */
public enum Policy {
  /** Seedfall's own: senders offer one piece at a time. */
  GRANT("grant");

  /** The ways in which the file could be sent without a swarm, from the plainest. */
  public static final List<Policy> BASELINES = List.of();

  private final String label;

  Policy(String label) {
    this.label = label;
  }

  /** Its name for people. */
  public String label() {
    return label;
  }

  /**
   * The policy of that name.
   *
   * @throws IllegalArgumentException when there is none, with all names there are
   */
  public static Policy of(String label) {
    for (Policy policy : values()) {
      if (policy.label.equals(label)) {
        return policy;
      }
    }
    String all = Arrays.stream(values()).map(Policy::label).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("not a policy: %s (expected: %s)".formatted(label, all));
  }

  /**
   * Runs an experiment. The same one gives the same outcome in any JVM.
   *
   * @throws io.seedfall.simulator.CheckViolation when a checker of the simulator saw what must
   *     never happen, or somebody never finished
   */
  public Outcome run(Experiment experiment) {
    Fleet fleet = Fleet.draw(experiment);
    Outcome.Tally tally =
        switch (this) {
          case GRANT -> GrantPolicy.run(experiment, fleet);
        };
    return new Outcome(this, experiment, fleet, tally);
  }
}
