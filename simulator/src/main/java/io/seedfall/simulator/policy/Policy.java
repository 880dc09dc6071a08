package io.seedfall.simulator.policy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A way to put one file on many machines. */
public enum Policy {
  /** Seedfall's own: senders offer one piece at a time. */
  GRANT("grant"),

  /** BitTorrent as usual: four upload slots, rarest first, tit for tat. */
  BITTORRENT("bittorrent"),

  /** Passed on piece by piece from one machine to the next. */
  CHAIN("chain"),

  /** Two interior-disjoint binary trees, each for half of the pieces. */
  TREES("trees"),

  /** Everybody fetches it from one server. */
  SINGLE_SERVER("single-server"),

  /** Everybody fetches it from one of ten servers that have it. */
  TEN_SERVERS("ten-servers"),

  /** Ten servers with different files; this one, the hot one, is on one of them. */
  SHARDED_SERVERS("sharded-servers"),

  /** One chunk to each, then everybody sends its chunk to all others. */
  SCATTER_EXCHANGE("scatter-exchange");

  /** The ways in which the file could be sent without a swarm, from the plainest. */
  public static final List<Policy> BASELINES =
      List.of(SINGLE_SERVER, TEN_SERVERS, SHARDED_SERVERS, SCATTER_EXCHANGE);

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
          case BITTORRENT -> BitTorrentPolicy.run(experiment, fleet);
          case CHAIN -> RelayPolicy.chain(experiment, fleet);
          case TREES -> RelayPolicy.trees(experiment, fleet);
          case SINGLE_SERVER -> ServersPolicy.run(experiment, fleet, 1, 1);
          case TEN_SERVERS ->
              ServersPolicy.run(experiment, fleet, ServersPolicy.SERVERS, ServersPolicy.SERVERS);
          case SHARDED_SERVERS -> ServersPolicy.run(experiment, fleet, ServersPolicy.SERVERS, 1);
          case SCATTER_EXCHANGE -> ScatterExchangePolicy.run(experiment, fleet);
        };
    return new Outcome(this, experiment, fleet, tally);
  }
}
