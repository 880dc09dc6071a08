package io.seedfall.control;

import java.util.List;

/** What the coordinator says to an agent over its WebSocket. */
public sealed interface CoordinatorMessage {
  /**
   * The answer to Hello.
   *
   * @param epoch of the coordinator's lease. Everything it says in this session it says in this
   *     epoch: a coordinator that loses the lease closes its sessions, and a session with a smaller
   *     epoch than one seen before is refused by the agent. So no other message carries it
   * @param capBytesPerSecond what the agent may move at most, as in {@link Cap}
   * @param zone the same over its zone's uplink
   * @param rack the same over its rack's uplink
   */
  record Welcome(
      String coordinator,
      int heartbeatMillis,
      long epoch,
      @AbsentAs("0") long capBytesPerSecond,
      @AbsentAs("{}") UplinkShare zone,
      @AbsentAs("{}") UplinkShare rack)
      implements CoordinatorMessage {}

  /** The other answer to Hello; the connection is closed behind it. */
  record Refused(String why) implements CoordinatorMessage {}

  /** Fetch this, and install it there. Sent again after a reconnect: same id, same work. */
  record Assign(Assignment assignment) implements CoordinatorMessage {}

  /** Stop that deployment's work here. What is installed stays. */
  record Withdraw(String deploymentId, String why) implements CoordinatorMessage {}

  /**
   * Seed this artifact, of which you hold a full copy, to these neighbours; replaces the list
   * before.
   *
   * @param source whether you are the one that deals every piece once (the first pass)
   * @param pace of its bytes
   */
  record Seed(
      String infoHash, List<Neighbour> neighbours, boolean source, @AbsentAs("{}") Pace pace)
      implements CoordinatorMessage {}

  /** The neighbours of a running assignment changed. */
  record Neighbours(String deploymentId, List<Neighbour> neighbours)
      implements CoordinatorMessage {}

  /** Put in place what that deployment staged here, or will have staged. */
  record Activate(String deploymentId) implements CoordinatorMessage {}

  /** The pace of a running assignment changed. */
  record PaceChanged(String deploymentId, Pace pace) implements CoordinatorMessage {}

  /** Run this hook and answer with {@link AgentMessage.Health}. */
  record CheckHealth(String deploymentId, String hook) implements CoordinatorMessage {}

  /**
   * Whether all transfers of the fleet stand still. Said after every {@link Welcome} while they do.
   */
  record Halt(boolean halted) implements CoordinatorMessage {}

  /**
   * What you may move at most from now on, all your transfers together.
   *
   * @param bytesPerSecond in all, each way; 0 for as much as you can
   * @param zone to and from peers in other zones than yours
   * @param rack to and from peers in other racks than yours
   */
  record Cap(
      long bytesPerSecond, @AbsentAs("{}") UplinkShare zone, @AbsentAs("{}") UplinkShare rack)
      implements CoordinatorMessage {}
}
