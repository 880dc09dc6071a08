package io.seedfall.cli;

import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One demo, from nothing to the last line. What it starts and what it writes ends with its
 * lifetime, unless it is to be kept.
 *
 * <pre>
 *   DIR/source.bin           what is deployed, unless the user named something
 *   DIR/coordinator          the coordinator's state
 *   DIR/agent-N/root, state  each agent's own
 *   DIR/log                  what each process printed
 *   DIR/tmp                  what they unpack, such as the database's native part
 * </pre>
 */
final class Demo {
  private static final String DESTINATION = "demo/content";
  private static final String NAME = "demo";
  private static final Duration REGISTER_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration REGISTER_POLL = Duration.ofMillis(50);

  private final Console console;
  private final boolean json;
  private final Lifetime lifetime;
  private final int agentCount;
  private final long maxBytesPerSecond;
  private final boolean keep;
  private final List<ChildProcess> agents = new ArrayList<>();
  private final List<ChildProcess> children = new ArrayList<>();

  Demo(
      Console console,
      boolean json,
      Lifetime lifetime,
      int agentCount,
      long maxBytesPerSecond,
      boolean keep) {
    this.console = console;
    this.json = json;
    this.lifetime = lifetime;
    this.agentCount = agentCount;
    this.maxBytesPerSecond = maxBytesPerSecond;
    this.keep = keep;
  }

  /**
   * Runs it and gives the exit code.
   *
   * @param file what to deploy; null to make a file of {@code sizeBytes} random bytes
   */
  int run(@Nullable Path file, long sizeBytes) throws Exception {
    Path temporary = DemoSource.temporaryDirectory(System.getenv("TMPDIR"));
    long bytes = file == null ? sizeBytes : DemoSource.bytesAt(file);
    DemoSource.requireSpace(temporary, bytes, file == null ? agentCount + 1 : agentCount);
    Path directory = lifetime.step(() -> makeDirectory(temporary));
    console.note("demo: without TLS, on loopback only; everything is in " + directory);
    try {
      int exitCode = runIn(directory, file, sizeBytes);
      if (keep) {
        lifetime.forgetAll();
      }
      return exitCode;
    } catch (CommandFailure | ControlException e) {
      showLastWords();
      throw e;
    }
  }

  private Path makeDirectory(Path temporary) throws IOException {
    Path directory = lifetime.add(ScratchDirectory.make(temporary, "seedfall-demo-")).path();
    Files.createDirectory(directory.resolve("log"));
    Files.createDirectory(directory.resolve("tmp"));
    return directory;
  }

  private int runIn(Path directory, @Nullable Path file, long sizeBytes) throws Exception {
    URI coordinator = URI.create(startCoordinator(directory).awaitAddress());
    console.note("starting %d agents".formatted(agentCount));
    lifetime.add(() -> ChildProcess.closeAll(agents));
    for (int number = 1; number <= agentCount; number++) {
      startAgent(directory, agentName(number), "127.0.0." + (number + 1) + ":0", coordinator);
    }
    Path source = file;
    if (source == null) {
      console.note("making a file of %s of random bytes".formatted(Quantity.bytesText(sizeBytes)));
      Path made = directory.resolve("source.bin");
      source = lifetime.step(() -> Files.createFile(made));
      DemoSource.fill(source, sizeBytes, Randomness.seed());
    }
    for (ChildProcess child : children) {
      child.awaitAddress();
    }
    try (SeedfallClient client = new SeedfallClient(coordinator)) {
      awaitAgents(client);
      int exitCode = deployAndVerify(directory, source, coordinator, client);
      if (keep) {
        explainKept(directory, coordinator);
      }
      return exitCode;
    }
  }

  private ChildProcess startCoordinator(Path directory) throws Exception {
    String state = directory.resolve("coordinator").toString();
    List<String> arguments = List.of("coordinator", "--listen", "127.0.0.1:0", "--state", state);
    return lifetime.step(() -> lifetime.add(start("coordinator", directory, arguments)));
  }

  private void startAgent(Path directory, String name, String listen, URI coordinator)
      throws Exception {
    Path own = directory.resolve(name);
    Path root = own.resolve("root");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("agent", "--coordinator", coordinator.toString()));
    arguments.addAll(List.of("--name", name, "--listen", listen));
    arguments.addAll(List.of("--root", root.toString()));
    arguments.addAll(List.of("--state", own.resolve("state").toString()));
    if (maxBytesPerSecond > 0) {
      arguments.addAll(List.of("--max-rate", maxBytesPerSecond + "B/s"));
    }
    lifetime.step(() -> {
      Files.createDirectories(root);
      return agents.add(start(name, directory, arguments));
    });
  }

  private ChildProcess start(String name, Path directory, List<String> arguments)
      throws IOException {
    Path log = directory.resolve("log").resolve(name + ".log");
    Path unpacked = directory.resolve("tmp");
    ChildProcess child = ChildProcess.start(name, log, unpacked, keep, arguments);
    children.add(child);
    return child;
  }

  /** Names that sort as they count. */
  private String agentName(int number) {
    int digits = String.valueOf(agentCount).length();
    return "agent-" + "0".repeat(digits - String.valueOf(number).length()) + number;
  }

  private void awaitAgents(SeedfallClient client) throws ControlException, InterruptedException {
    long deadline = System.nanoTime() + REGISTER_TIMEOUT.toNanos();
    while (client.status().agentsConnected() < agentCount) {
      children.forEach(ChildProcess::requireAlive);
      if (System.nanoTime() - deadline > 0) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "only %d of %d agents reached the coordinator within %d s"
                .formatted(
                    client.status().agentsConnected(), agentCount, REGISTER_TIMEOUT.toSeconds()));
      }
      Thread.sleep(REGISTER_POLL);
    }
  }

  private int deployAndVerify(Path directory, Path source, URI coordinator, SeedfallClient client)
      throws Exception {
    Publication publication = new Publication(console, json);
    Metainfo metainfo = publication.hash(source);
    ArtifactView artifact = publication.register(client, metainfo, NAME, "");
    InetSocketAddress listen = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    Publication.Seeding seeding =
        publication.seed(
            lifetime,
            Caller.ofOpen(CoordinatorAddresses.of(coordinator)),
            listen,
            source,
            metainfo,
            maxBytesPerSecond);
    String reference = new ArtifactReference(artifact.name(), artifact.version()).toString();
    long began = System.nanoTime();
    DeploymentView started = client.deploy(new DeploymentRequest(reference, "all", DESTINATION));
    DeploymentView ended =
        new DeploymentWatch(client, console, json, () -> trouble(seeding)).follow(started.id());
    Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
    // Before anything else ends: a source that outlived the coordinator would complain of it.
    lifetime.endNow(seeding);
    if (ended.phase() != DeploymentPhase.DONE) {
      console.table(MachineTable.of(ended));
      showLastWords();
      throw new CommandFailure(
          ExitCode.FAILED, "the deployment ended as %s: %s".formatted(ended.phase(), ended.why()));
    }
    console.note("reading every installed copy");
    Set<String> verified = verified(directory, source);
    DemoReport report =
        DemoReport.of(artifact.sizeBytes(), elapsed, ended.machines(), verified, maxBytesPerSecond);
    if (json) {
      console.json(report);
    } else {
      console.table(report.table());
      console.answer(report.line());
      if (maxBytesPerSecond == 0) {
        console.note(
            "no rate was limited: all of them shared one computer, no network was the bound;"
                + " --max-rate 20MB/s is more like one");
      }
    }
    return report.verified() ? ExitCode.OK : ExitCode.FAILED;
  }

  private @Nullable String trouble(Publication.Seeding seeding) {
    children.forEach(ChildProcess::requireAlive);
    return seeding.trouble();
  }

  /** The agents whose installed copy has the SHA-256 of the source, read as plain files. */
  private Set<String> verified(Path directory, Path source) throws IOException {
    TreeDigest expected = TreeDigest.of(source.toRealPath());
    List<String> names = new ArrayList<>();
    for (int number = 1; number <= agentCount; number++) {
      names.add(agentName(number));
    }
    try {
      return new TreeSet<>(
          names.parallelStream()
              .filter(name -> isEqual(expected, directory.resolve(name).resolve("root")))
              .toList());
    } catch (UncheckedIOException e) {
      throw new IOException("cannot read an installed copy", e);
    }
  }

  private static boolean isEqual(TreeDigest expected, Path root) {
    try {
      return TreeDigest.of(root.resolve(DESTINATION)).equals(expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void showLastWords() {
    for (ChildProcess child : children) {
      if (!child.isAlive()) {
        console.note("--- last lines of " + child);
        child.lastLines().forEach(console::note);
      }
    }
  }

  private void explainKept(Path directory, URI coordinator) {
    List<String> pids = children.stream().map(child -> String.valueOf(child.pid())).toList();
    console.note("kept: SEEDFALL_COORDINATOR=" + coordinator + " seedfall status");
    console.note("files: " + directory.resolve("agent-*").resolve("root").resolve(DESTINATION));
    // They write until they have ended, which the shell cannot wait for: they are not its children.
    console.note(
        "to stop: kill %s; until rm -rf %s; do sleep 1; done"
            .formatted(String.join(" ", pids), directory));
  }
}
