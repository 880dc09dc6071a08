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
 * @param seed everything random follows from it and the name
 * @param retention which versions it keeps
 * @param hooks the programs it may run
 * @param roots more roots, by name
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
    long seed,
    Retention retention,
    HookSettings hooks,
    Map<String, Path> roots) {
  /** Checks the numbers and copies the labels and the roots. */
  public AgentSettings {
    labels = Map.copyOf(labels);
    roots = Map.copyOf(roots);
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: '' (expected: a name)");
    }
    if (maxBytesPerSecond < 0 || linkBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "maxBytesPerSecond: %d, linkBytesPerSecond: %d (expected: >= 0)"
              .formatted(maxBytesPerSecond, linkBytesPerSecond));
    }
  }

  /** One with one root, the usual retention and no hooks. */
  public AgentSettings(
      CoordinatorAddresses coordinators,
      String name,
      InetSocketAddress listen,
      Path root,
      Path state,
      Map<String, String> labels,
      long maxBytesPerSecond,
      long linkBytesPerSecond,
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
        seed,
        Retention.USUAL,
        HookSettings.NONE,
        Map.of());
  }

  /** The same with these hooks. */
  public AgentSettings withHooks(HookSettings changed) {
    return with(retention, changed, roots);
  }

  /** The same with this retention. */
  public AgentSettings withRetention(Retention changed) {
    return with(changed, hooks, roots);
  }

  /** The same with these named roots. */
  public AgentSettings withRoots(Map<String, Path> changed) {
    return with(retention, hooks, changed);
  }

  private AgentSettings with(Retention kept, HookSettings run, Map<String, Path> more) {
    return new AgentSettings(
        coordinators,
        name,
        listen,
        root,
        state,
        labels,
        maxBytesPerSecond,
        linkBytesPerSecond,
        seed,
        kept,
        run,
        more);
  }
}
