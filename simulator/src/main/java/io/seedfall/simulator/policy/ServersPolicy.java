package io.seedfall.simulator.policy;

/**
 * Everybody fetches the whole file from a server, all at the same time: each server's card is
 * shared by its clients.
 *
 * <p>Sharded servers are many and hold different files. The file of this experiment is the hot one,
 * and it is on one of them: the others' cards are of no use to it.
 */
final class ServersPolicy implements FlowScript {
  /** How many servers there are when there are many. */
  static final int SERVERS = 10;

  private final Experiment experiment;
  private final FlowNet net;
  private final int machines;
  private final int holders;

  private ServersPolicy(Experiment experiment, Fleet fleet, int servers, int holders) {
    this.experiment = experiment;
    this.machines = experiment.machines();
    this.holders = holders;
    this.net = new FlowNet(experiment, fleet, servers - 1, this);
  }

  /**
   * Runs it.
   *
   * @param servers how many there are
   * @param holders how many of them have the file
   */
  static Outcome.Tally run(Experiment experiment, Fleet fleet, int servers, int holders) {
    return new ServersPolicy(experiment, fleet, servers, holders).net.run(experiment.pieceBytes());
  }

  @Override
  public void joined(int machine) {
    int holder = (machine - 1) % holders;
    net.start(holder == 0 ? 0 : machines + holder, machine, 0, experiment.bytes());
  }

  @Override
  public void arrived(int from, int to, int item) {
    net.finished(to);
  }
}
