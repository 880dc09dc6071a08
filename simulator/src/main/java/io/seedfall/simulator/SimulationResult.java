package io.seedfall.simulator;

import java.util.List;

/**
 * What came out of a run.
 *
 * @param receivers machines that were to receive
 * @param bytes of the file
 * @param pieces of the file
 * @param blockBytes block between own peers
 * @param seed what everything random followed from
 * @param makespanNanos when the last receiver was done that did not fail
 * @param boundNanos the least time in which it can be done
 * @param finishedAtNanos for each machine when it had everything, -1 when it never had
 * @param receivedBytes for each machine what its card received, messages included, as long as it
 *     was read
 * @param bans how often a swarm banned a peer
 * @param stalls how often a swarm took a piece away from a peer that sent nothing
 * @param sourceCopies bytes of blocks that the source sent, by the file's bytes
 * @param sourceBytes the same in bytes
 * @param rackBytes bytes that entered racks, headers included; 0 without racks
 * @param crossRackCopies bytes that entered racks, by racks and the file's bytes; 0 without racks
 * @param uplinkUtilisation the receivers' cards: time spent sending blocks, by the makespan
 * @param uplinksBusy the same over time
 * @param finished receivers that have everything
 * @param failed receivers that are dead or have a broken disk
 * @param traceHash a hash over every event and effect of every swarm with its time
 * @param swarmEvents events that all swarms handled
 * @param queueEvents events that the simulator took from its queue
 * @param counts messages by kind
 */
public record SimulationResult(
    int receivers,
    long bytes,
    int pieces,
    int blockBytes,
    long seed,
    long makespanNanos,
    long boundNanos,
    List<Long> finishedAtNanos,
    List<Long> receivedBytes,
    int bans,
    int stalls,
    double sourceCopies,
    long sourceBytes,
    long rackBytes,
    double crossRackCopies,
    double uplinkUtilisation,
    BusyCurve uplinksBusy,
    int finished,
    int failed,
    long traceHash,
    long swarmEvents,
    long queueEvents,
    MessageCounts counts) {
  /** The makespan by the bound. */
  public double ratio() {
    return (double) makespanNanos / boundNanos;
  }
}
