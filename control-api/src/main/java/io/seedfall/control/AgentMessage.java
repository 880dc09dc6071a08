package io.seedfall.control;

import java.util.List;
import java.util.Map;

/** What an agent (or a publisher that seeds) says to the coordinator over its WebSocket. */
public sealed interface AgentMessage {
  /**
   * The first message.
   *
   * @param protocolVersion {@link ControlApi#PROTOCOL_VERSION}
   * @param name unique among connected agents
   * @param kind what it does
   * @param labels what selectors match
   * @param endpoint where its peers reach it, {@code ADDRESS:PORT}
   * @param holdings info-hashes of which it has and seeds a full copy
   * @param installed what it has put where: info-hashes by destination
   */
  record Hello(
      int protocolVersion,
      String name,
      AgentKind kind,
      Map<String, String> labels,
      String endpoint,
      List<String> holdings,
      @AbsentAs("{}") Map<String, String> installed)
      implements AgentMessage {
    /** Of one that has installed nothing. */
    public Hello(
        int protocolVersion,
        String name,
        AgentKind kind,
        Map<String, String> labels,
        String endpoint,
        List<String> holdings) {
      this(protocolVersion, name, kind, labels, endpoint, holdings, Map.of());
    }
  }

  /**
   * I live; {@code freeBytes} is what the file system of my root has left, {@link
   * #FREE_BYTES_UNKNOWN} from a publisher, which has none.
   */
  record Heartbeat(long freeBytes) implements AgentMessage {}

  /** In a heartbeat: not known. */
  long FREE_BYTES_UNKNOWN = -1;

  /** What my assignments came to since I last said so. */
  record Reports(List<MachineReport> reports) implements AgentMessage {}

  /** I have (or no longer have) a full copy of this. */
  record Holding(String infoHash, boolean complete) implements AgentMessage {}

  /**
   * What the health hook said that {@link CoordinatorMessage.CheckHealth} asked for.
   *
   * @param healthy whether it ended with 0 in time
   * @param why what it printed last, or how it failed, in one line
   */
  record Health(String deploymentId, boolean healthy, String why) implements AgentMessage {}
}
