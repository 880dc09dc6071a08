package io.seedfall.agent;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * What an agent is started with.
 *
 * @param coordinator {@code http://ADDRESS:PORT}
 * @param name unique among the coordinator's agents
 * @param listen where peers reach it; port 0 takes a free one
 * @param root everything is installed below it; it must exist
 * @param state the agent's small state, its lock and its socket; made when absent
 * @param labels what selectors match
 * @param maxBytesPerSecond cap for receiving and for sending each, 0 for none
 * @param linkBytesPerSecond what the network card does, for the transfer's tuning; 0 when not known
 * @param keptVersionsMax versions kept per destination, the installed one among them, at least 1
 * @param rehashBytesPerSecond how fast kept versions are read again to find what has rotted; 0 for
 *     never
 * @param seed everything random follows from it and the name
 */
public record AgentSettings(
    URI coordinator,
    String name,
    InetSocketAddress listen,
    Path root,
    Path state,
    Map<String, String> labels,
    long maxBytesPerSecond,
    long linkBytesPerSecond,
    int keptVersionsMax,
    long rehashBytesPerSecond,
    long seed) {
  /** Versions kept per destination unless told otherwise. */
  public static final int KEPT_VERSIONS_DEFAULT = 2;

  /** How fast kept versions are read again unless told otherwise: a terabyte in three days. */
  public static final long REHASH_BYTES_PER_SECOND_DEFAULT = 4_000_000;

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
    if (rehashBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "rehashBytesPerSecond: " + rehashBytesPerSecond + " (expected: >= 0)");
    }
    if (keptVersionsMax < 1) {
      throw new IllegalArgumentException(
          "keptVersionsMax: " + keptVersionsMax + " (expected: >= 1)");
    }
  }
}
