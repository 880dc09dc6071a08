package io.seedfall.agent;

import io.seedfall.control.CoordinatorAddresses;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param rehashBytesPerSecond how fast kept versions are read again to find what has rotted; 0 for
 *     never
 * @param retention which versions it keeps
 * @param hooks the programs it may run
 * @param roots more roots, by name
 * @param trust file of the root document that says whose signatures count; null to install what the
 *     coordinator says
 * @param join the file with a token to join a cluster; null for none
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
    long rehashBytesPerSecond,
    Retention retention,
    HookSettings hooks,
    Map<String, Path> roots,
    @Nullable Path trust,
    @Nullable Path join) {
  /** How fast kept versions are read again unless told otherwise: a terabyte in three days. */
  public static final long REHASH_BYTES_PER_SECOND_DEFAULT = 4_000_000;

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
    if (rehashBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "rehashBytesPerSecond: " + rehashBytesPerSecond + " (expected: >= 0)");
    }
  }

  /** One with one root, which rehashes as usual, with the usual retention and no hooks. */
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
        REHASH_BYTES_PER_SECOND_DEFAULT,
        Retention.USUAL,
        HookSettings.NONE,
        Map.of(),
        null,
        null);
  }

  /** One without trust roots and without a token. */
  public AgentSettings(
      CoordinatorAddresses coordinators,
      String name,
      InetSocketAddress listen,
      Path root,
      Path state,
      Map<String, String> labels,
      long maxBytesPerSecond,
      long linkBytesPerSecond,
      long seed,
      long rehashBytesPerSecond,
      Retention retention,
      HookSettings hooks,
      Map<String, Path> roots) {
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
        rehashBytesPerSecond,
        retention,
        hooks,
        roots,
        null,
        null);
  }

  /** The same with these hooks. */
  public AgentSettings withHooks(HookSettings changed) {
    return with(labels, rehashBytesPerSecond, retention, changed, roots, trust, join);
  }

  /** The same with this retention. */
  public AgentSettings withRetention(Retention changed) {
    return with(labels, rehashBytesPerSecond, changed, hooks, roots, trust, join);
  }

  /** The same with these named roots. */
  public AgentSettings withRoots(Map<String, Path> changed) {
    return with(labels, rehashBytesPerSecond, retention, hooks, changed, trust, join);
  }

  /** The same that reads kept versions again so fast; 0 for never. */
  public AgentSettings withRehash(long bytesPerSecond) {
    return with(labels, bytesPerSecond, retention, hooks, roots, trust, join);
  }

  /** The same that installs only what is signed by keys of that root. */
  public AgentSettings withTrust(@Nullable Path root) {
    return with(labels, rehashBytesPerSecond, retention, hooks, roots, root, join);
  }

  /** The same with a token to join, in that file. */
  public AgentSettings withJoin(@Nullable Path changed) {
    return with(labels, rehashBytesPerSecond, retention, hooks, roots, trust, changed);
  }

  /** The same with these labels. */
  AgentSettings withLabels(Map<String, String> changed) {
    return with(changed, rehashBytesPerSecond, retention, hooks, roots, trust, join);
  }

  private AgentSettings with(
      Map<String, String> named,
      long rehash,
      Retention kept,
      HookSettings run,
      Map<String, Path> more,
      @Nullable Path trusted,
      @Nullable Path token) {
    return new AgentSettings(
        coordinators,
        name,
        listen,
        root,
        state,
        named,
        maxBytesPerSecond,
        linkBytesPerSecond,
        seed,
        rehash,
        kept,
        run,
        more,
        trusted,
        token);
  }
}
