package io.seedfall.agent;

import io.seedfall.control.CoordinatorAddresses;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * What an agent is started with.
 *
 * @param coordinators where they are
 * @param name unique among the coordinator's agents
 * @param listen where peers reach it; port 0 takes a free one
 * @param root everything is installed below it; it must exist
 * @param state the agent's small state, its lock and its socket; made when absent
 * @param labels what selectors match
 * @param maxBytesPerSecond cap for receiving and for sending each, 0 for none
 * @param linkBytesPerSecond what the network card does, for the transfer's tuning; 0 when not known
 * @param keptVersionsMax versions kept per destination, the installed one among them, at least 1
 * @param seed everything random follows from it and the name
 * @param hooks the programs it may run
 */
public record AgentSettings(
    CoordinatorAddresses coordinators,
    String name,
    InetSocketAddress listen,
    Path root,
    Path state,
    Map<String, String> labels,
    long maxBytesPerSecond,
    long linkBytesPerSecond,
    int keptVersionsMax,
    long seed,
    HookSettings hooks) {
  /** Versions kept per destination unless told otherwise. */
  public static final int KEPT_VERSIONS_DEFAULT = 2;

  /** Checks the numbers and copies the labels. */
  public AgentSettings {
    labels = Map.copyOf(labels);
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: '' (expected: a name)");
    }
    if (maxBytesPerSecond < 0 || linkBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "maxBytesPerSecond: %d, linkBytesPerSecond: %d (expected: >= 0)"
              .formatted(maxBytesPerSecond, linkBytesPerSecond));
    }
    if (keptVersionsMax < 1) {
      throw new IllegalArgumentException(
          "keptVersionsMax: " + keptVersionsMax + " (expected: >= 1)");
    }
  }

  /** One that runs no hooks. */
  public AgentSettings(
      CoordinatorAddresses coordinators,
      String name,
      InetSocketAddress listen,
      Path root,
      Path state,
      Map<String, String> labels,
      long maxBytesPerSecond,
      long linkBytesPerSecond,
      int keptVersionsMax,
      long seed) {
    this(
        coordinators,
        name,
        listen,
        root,
        state,
        labels,
        maxBytesPerSecond,
        linkBytesPerSecond,
        keptVersionsMax,
        seed,
        HookSettings.NONE);
  }

  /** The same with these hooks. */
  public AgentSettings withHooks(HookSettings changed) {
    return new AgentSettings(
        coordinators,
        name,
        listen,
        root,
        state,
        labels,
        maxBytesPerSecond,
        linkBytesPerSecond,
        keptVersionsMax,
        seed,
        changed);
  }
}
