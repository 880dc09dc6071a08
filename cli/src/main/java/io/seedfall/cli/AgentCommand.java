package io.seedfall.cli;

import io.seedfall.agent.Agent;
import io.seedfall.agent.AgentSettings;
import io.seedfall.agent.HookSettings;
import io.seedfall.agent.KeepFree;
import io.seedfall.agent.Retention;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The daemon of a machine. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description =
        "Run the daemon of a machine: it fetches, installs and seeds what is deployed to it.")
final class AgentCommand implements Callable<Integer>, Daemon {
  private final Console console;

  @Spec CommandSpec spec;

  @Option(
      names = "--coordinator",
      paramLabel = "URL[,URL]...",
      defaultValue = CoordinatorOption.DEFAULT,
      description =
          "the coordinator, or several on one database: whichever leads is found"
              + " (default: ${DEFAULT-VALUE})")
  CoordinatorAddresses coordinator;

  @Mixin DaemonOptions daemon;

  @Option(names = "--name", paramLabel = "NAME", description = "unique among the agents; required")
  @Nullable String name;

  @Option(
      names = "--join",
      paramLabel = "FILE",
      description =
          "holds a token of 'seedfall token create', with which it joins a cluster at https://;"
              + " looked at until it has joined with it")
  @Nullable Path join;

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      description =
          "where other machines fetch from it; port 0 takes a free one"
              + " (default: a free port where this machine reaches the coordinator from)")
  @Nullable InetSocketAddress listen;

  @Option(
      names = "--root",
      paramLabel = "[NAME=]DIR",
      split = Setting.BETWEEN,
      hideParamSyntax = true,
      description =
          "required: everything is installed inside it, and nothing outside; can be repeated with a name:"
              + " destinations NAME:PATH go there")
  List<String> roots = new ArrayList<>();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "what it remembers, required; made when absent")
  @Nullable Path state;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      split = Setting.BETWEEN,
      hideParamSyntax = true,
      description = "for selectors; can be repeated")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "at most so much each way: 100MB/s, 1Gbit (default: no limit)")
  long maxBytesPerSecond;

  @Option(
      names = "--link-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "what the network card does, from which windows follow (default: not known)")
  long linkBytesPerSecond;

  @Option(
      names = "--keep-versions",
      paramLabel = "N",
      defaultValue = "" + Retention.VERSIONS_DEFAULT,
      description = "versions kept for each destination (default: ${DEFAULT-VALUE})")
  int keptVersionsMax;

  @Option(
      names = "--rehash-rate",
      paramLabel = "RATE",
      defaultValue = "4MB/s",
      converter = Converters.BytesPerSecondOrNone.class,
      description =
          "how fast kept versions are read again, to find and repair what has rotted;"
              + " 0 turns it off (default: ${DEFAULT-VALUE})")
  long rehashBytesPerSecond;

  @Option(
      names = "--keep-days",
      paramLabel = "D",
      description = "versions that nobody has used for so long are not kept (default: no limit)")
  int keptDaysMax;

  @Option(
      names = "--keep-free",
      paramLabel = "SIZE|PERCENT",
      description =
          "kept versions go, the oldest first, while less is free: 50GB, 10%% (default: none do)")
  @Nullable String keepFree;

  @Option(
      names = "--hooks",
      paramLabel = "DIR",
      description = "programs that deployments may run here, by name (default: it runs none)")
  @Nullable Path hooks;

  @Option(
      names = "--hook-seconds",
      paramLabel = "N",
      defaultValue = "" + HookSettings.SECONDS_DEFAULT,
      description = "what one of them may take (default: ${DEFAULT-VALUE})")
  int hookSeconds;

  @Option(
      names = "--trust",
      paramLabel = "ROOT",
      description =
          "install only what is signed by keys of this root document, or of a newer one that these"
              + " have signed (default: what the coordinator says)")
  @Nullable Path trust;

  @Option(
      names = "--metrics",
      arity = "0..1",
      paramLabel = "ADDR:PORT",
      fallbackValue = "127.0.0.1:7072",
      description =
          "lets Prometheus read its numbers there, in the clear (default: nowhere;"
              + " without an address: ${FALLBACK-VALUE})")
  @Nullable InetSocketAddress metrics;

  @Mixin LogOptions logs;

  AgentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    logs.apply();
    AgentSettings settings =
        settings(ListenAddress.orTowards(coordinator.first(), listen, daemon.insecure));
    if (metrics != null) {
      daemon.requireAllowed(metrics);
    }
    try (Lifetime lifetime = Lifetime.begin(console)) {
      Agent agent = lifetime.add(started(settings, metrics));
      AtomicReference<@Nullable IllegalStateException> bug = new AtomicReference<>();
      Thread.ofVirtual().name("agent-end").start(() -> awaitEnd(agent, lifetime, bug));
      daemon.runUntilStopped(
          console, lifetime, "agent " + name + " at", ListenAddress.text(agent.listenAddress()));
      IllegalStateException found = bug.get();
      if (found != null) {
        throw found;
      }
    }
    return ExitCode.OK;
  }

  @Override
  public void requireSound() {
    if (listen != null) {
      daemon.requireAllowed(listen);
    }
    settings(listen == null ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : listen);
  }

  private AgentSettings settings(InetSocketAddress reached) {
    CoordinatorAddresses at = coordinator;
    String agent = required("--name", name);
    Path remembered = required("--state", state);
    try {
      KeepFree free = keepFree == null ? KeepFree.NOTHING : KeepFree.parse(keepFree);
      return new AgentSettings(
          at,
          agent,
          reached,
          root(),
          remembered,
          labels,
          maxBytesPerSecond,
          linkBytesPerSecond,
          Randomness.seed(),
          rehashBytesPerSecond,
          new Retention(keptVersionsMax, keptDaysMax, free),
          new HookSettings(hooks, hookSeconds),
          namedRoots(),
          trust,
          join);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Not picocli's: it would want them from {@code agent revoke} as well. */
  private <T> T required(String option, @Nullable T value) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
    return value;
  }

  /** The one root that has no name. */
  private Path root() {
    List<String> plain = roots.stream().filter(root -> nameOf(root).isEmpty()).toList();
    if (plain.size() != 1) {
      throw new IllegalArgumentException(
          "--root: " + plain.size() + " without a name (expected: one)");
    }
    return Path.of(plain.getFirst());
  }

  /** All of them, the one without a name first. */
  List<Path> rootPaths() {
    List<Path> paths = new ArrayList<>(roots.isEmpty() ? List.of() : List.of(root()));
    paths.addAll(namedRoots().values());
    return paths;
  }

  private Map<String, Path> namedRoots() {
    Map<String, Path> named = new LinkedHashMap<>();
    for (String root : roots) {
      String rootName = nameOf(root);
      if (!rootName.isEmpty()
          && named.put(rootName, Path.of(root.substring(rootName.length() + 1))) != null) {
        throw new IllegalArgumentException("--root " + rootName + "=: twice (expected: once)");
      }
    }
    return named;
  }

  /** What stands before the equals sign when that is a name; a path may hold such a sign, too. */
  private static String nameOf(String root) {
    int equals = root.indexOf('=');
    return equals > 0 && Names.isName(root.substring(0, equals)) ? root.substring(0, equals) : "";
  }

  private static Agent started(AgentSettings settings, @Nullable InetSocketAddress metrics) {
    try {
      return Agent.start(settings, metrics);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** An agent that ends by itself does so by a bug. */
  private static void awaitEnd(
      Agent agent, Lifetime lifetime, AtomicReference<@Nullable IllegalStateException> bug) {
    try {
      agent.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      bug.set(e);
    }
    lifetime.stop();
  }
}
