package io.seedfall.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import io.seedfall.cli.Lifetime;
import io.seedfall.cli.ScratchDirectory;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.UserCredentials;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoBuilder;
import io.seedfall.protocol.metainfo.RelativePath;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many agents one coordinator bears. */
@Command(
    name = "control",
    mixinStandardHelpOptions = true,
    description = {
      "Connect a crowd of simulated agents to a real coordinator, over real WebSockets: all come at"
          + " once, all are given an artifact, all report; then the coordinator is killed in the"
          + " middle of another deployment, and started again.",
      "Fails when an aim is missed. Needs root, to count CPU time."
    })
final class ControlCommand implements Callable<Integer> {
  /** The path that users wait for most, as it is shown. */
  static final String DEPLOYMENT = ControlApi.DEPLOYMENTS + "/{id}";

  /** The coordinator takes 12 000 sessions, and the publisher's is one. */
  private static final int AGENTS_MAX = 11_999;

  private static final int FETCH_SECONDS_MAX = 600;

  /** Open files beside one socket for each agent. */
  private static final int OTHER_FILES = 500;

  private static final int PATIENCE_SECONDS = 180;
  private static final Duration START_PATIENCE = Duration.ofMinutes(1);
  private static final long ASK_EVERY_MILLIS = 200;
  private static final int DONE_LOOK_MILLIS = 100;
  private static final int PIECE_BYTES = 2 << 20;
  private static final int PIECES = 2_560;

  /** So long after the second deployment's beginning the coordinator is killed. */
  private static final long KILL_MILLIS = 1_000;

  private final Console console;

  @Mixin WorkOptions work;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "10000",
      description = "how many (default: ${DEFAULT-VALUE})")
  int agents;

  @Option(
      names = "--fetch",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "how long a machine pretends to fetch, a fifth more or less (default: ${DEFAULT-VALUE})")
  int fetchSeconds;

  @Option(
      names = "--tls",
      description =
          "the cluster has an identity: everything goes over TLS, and each agent is a member with a"
              + " certificate of its own")
  boolean tls;

  ControlCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    WorkOptions.requireBetween("--agents", agents, 1, AGENTS_MAX);
    WorkOptions.requireBetween("--fetch", fetchSeconds, 1, FETCH_SECONDS_MAX);
    requireDescriptors(agents + OTHER_FILES);
    try (Lifetime lifetime = Lifetime.begin(console)) {
      ScratchDirectory scratch = lifetime.add(work.scratch());
      ControlGroup group = lifetime.add(ControlGroup.make());
      ControlGroup unpaid = lifetime.add(ControlGroup.make());
      Stage stage =
          new Stage(
              new Loopback(1),
              group,
              unpaid,
              Files.createDirectory(scratch.path().resolve("s")),
              Payload.write(scratch.path(), 1, 1),
              0);
      ControlResult result = new Run(stage, group, lifetime).all();
      result.text().forEach(console::answer);
      work.writeJson(result);
      return result.meetsAll() ? ExitCode.OK : ExitCode.FAILED;
    } catch (ControlException e) {
      throw new CommandFailure(ExitCode.FAILED, "the coordinator does not answer: " + e.why(), e);
    }
  }

  private static void requireDescriptors(long needed) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        && system.getMaxFileDescriptorCount() < needed) {
      throw new CommandFailure(
          ExitCode.LOCAL,
          "every agent is an open file here and another in the coordinator: %d are needed, and the limit is %d (raise it before: ulimit -Hn %d)"
              .formatted(needed, system.getMaxFileDescriptorCount(), needed));
    }
  }

  /** Content that nobody has: made-up hashes, as many as 5 GiB have. */
  static Metainfo madeUp(long seed) {
    Random random = new Random(seed);
    List<Hash256> hashes = new ArrayList<>();
    for (int piece = 0; piece < PIECES; piece++) {
      byte[] hash = new byte[Hash256.BYTES];
      random.nextBytes(hash);
      hashes.add(Hash256.of(hash));
    }
    return new MetainfoBuilder(Payload.NAME, PIECE_BYTES)
        .file(RelativePath.of(Payload.NAME), (long) PIECES * PIECE_BYTES, hashes)
        .build();
  }

  /** One run, from the first process to the last question. */
  private final class Run {
    private final Stage stage;
    private final ControlGroup group;
    private final Lifetime lifetime;
    private final List<ControlResult.Span> spans = new ArrayList<>();
    private final List<Asking.Latency> questions = new ArrayList<>();
    private final Metainfo first = madeUp(1);
    private final Metainfo second = madeUp(2);
    private ClientIdentity identity = ClientIdentity.NONE;
    private ProcessFacts most = new ProcessFacts(0, 0, 0, 0, 0);

    Run(Stage stage, ControlGroup group, Lifetime lifetime) {
      this.stage = stage;
      this.group = group;
      this.lifetime = lifetime;
    }

    ControlResult all() throws IOException, ControlException {
      double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      UserCredentials admin = tls ? Fleet.found(stage) : null;
      Started coordinator = Fleet.startCoordinator(stage);
      URI url = URI.create(coordinator.await(Fleet.ADDRESS, START_PATIENCE));
      List<String> published = List.of(first.infoHash().hex(), second.infoHash().hex());
      identity = admin == null ? ClientIdentity.NONE : admin.identity();
      try (SeedfallClient client = new SeedfallClient(CoordinatorAddresses.of(url), identity)) {
        double cpu = group.cpuSeconds();
        long begin = System.nanoTime();
        CrowdMembers members = admin == null ? null : letIn(client, admin);
        if (members != null) {
          span("all let in", cpu, (System.nanoTime() - begin) / 1e9);
          cpu = group.cpuSeconds();
          begin = System.nanoTime();
        }
        Crowd crowd =
            lifetime.add(Crowd.gather(url, agents, published, fetchSeconds * 1_000L, members));
        span("all connect at once", cpu, connected(crowd, begin, crowd.size()));
        console.note("attempts that failed: " + crowd.tally().losses());
        double assigned = deploymentToItsEnd(crowd, client, first);
        look(coordinator);
        double back = killedInTheMiddle(crowd, client, coordinator);
        int failed = failed(client);
        return new ControlResult(
            agents,
            Runtime.getRuntime().availableProcessors(),
            loadBefore,
            spans,
            questions,
            crowd.tally().messagesSaid(),
            crowd.tally().messagesHeard(),
            failed,
            most.peakRssBytes(),
            most.threads(),
            crowd.tally().losses(),
            ControlResult.aims(
                assigned, questions.getFirst().p99Millis(), back, failed, most.peakRssBytes()));
      }
    }

    private CrowdMembers letIn(SeedfallClient client, UserCredentials admin)
        throws ControlException {
      List<String> names = IntStream.rangeClosed(1, agents).mapToObj(CrowdAgent::machine).toList();
      return CrowdMembers.letIn(client, admin, names, CrowdAgent.LABELS);
    }

    private double connected(Crowd crowd, long begin, int welcomes) {
      CrowdTally tally = crowd.tally();
      return crowd.await(
          "all connected",
          begin,
          PATIENCE_SECONDS,
          () -> tally.connected() == crowd.size() && tally.welcomes() >= welcomes);
    }

    /** A deployment to all, while users ask; gives how long it took until all were assigned. */
    private double deploymentToItsEnd(Crowd crowd, SeedfallClient client, Metainfo content)
        throws ControlException {
      URI url = client.coordinator();
      try (Asking agents = asking(url, ControlApi.AGENTS, ControlApi.AGENTS);
          Asking status = asking(url, ControlApi.STATUS, ControlApi.STATUS)) {
        double cpu = group.cpuSeconds();
        long begin = System.nanoTime();
        DeploymentView deployment = deploy(client, content);
        span("artifact and deployment made, answered", cpu, (System.nanoTime() - begin) / 1e9);
        double assigned;
        try (Asking machines =
            asking(url, ControlApi.DEPLOYMENTS + "/" + deployment.id(), DEPLOYMENT)) {
          assigned = assigned(crowd, begin, content);
          span("all assigned", cpu, assigned);
          span("all installed, and the deployment done", cpu, done(crowd, client, begin, content));
          questions.add(machines.end());
        }
        questions.add(agents.end());
        questions.add(status.end());
        return assigned;
      }
    }

    private Asking asking(URI url, String path, String shown) {
      return Asking.begin(url, identity, path, shown, ASK_EVERY_MILLIS);
    }

    private DeploymentView deploy(SeedfallClient client, Metainfo content) throws ControlException {
      String hash = content.infoHash().hex();
      client.putMetainfo(hash, content.toTorrentBytes());
      client.registerArtifact(new ArtifactRequest("model", "", hash));
      return client.deploy(new DeploymentRequest("model", "role=target", "models/model.bin"));
    }

    private double assigned(Crowd crowd, long begin, Metainfo content) {
      String hash = content.infoHash().hex();
      return crowd.await(
          "all assigned", begin, PATIENCE_SECONDS, () -> crowd.tally().assignedOf(hash) == agents);
    }

    private double done(Crowd crowd, SeedfallClient client, long begin, Metainfo content)
        throws ControlException {
      String hash = content.infoHash().hex();
      int limitSeconds = PATIENCE_SECONDS + 2 * fetchSeconds;
      crowd.await(
          "all installed", begin, limitSeconds, () -> crowd.tally().finishedOf(hash) == agents);
      DeploymentView latest = client.deployments(1).getFirst();
      while (!latest.phase().equals(DeploymentPhase.DONE)) {
        if (System.nanoTime() - begin > limitSeconds * 1_000_000_000L) {
          throw new CommandFailure(
              ExitCode.FAILED,
              "the deployment is not done: %d of %d, %s"
                  .formatted(latest.installedCount(), agents, latest.why()));
        }
        Commands.pause(DONE_LOOK_MILLIS);
        latest = client.deployments(1).getFirst();
      }
      return (System.nanoTime() - begin) / 1e9;
    }

    /** Gives how long it took from the kill until all were connected again. */
    private double killedInTheMiddle(Crowd crowd, SeedfallClient client, Started coordinator)
        throws IOException, ControlException {
      double cpu = group.cpuSeconds();
      long begin = System.nanoTime();
      deploy(client, second);
      span("another one on top, all assigned", cpu, assigned(crowd, begin, second));
      Commands.pause(KILL_MILLIS);
      look(coordinator);
      cpu = group.cpuSeconds();
      int welcomes = crowd.tally().welcomes();
      long killed = System.nanoTime();
      coordinator.kill();
      Started next = Fleet.startCoordinator(stage, client.coordinator().getPort());
      next.await(Fleet.ADDRESS, START_PATIENCE);
      span("killed, and up again", cpu, (System.nanoTime() - killed) / 1e9);
      double back = connected(crowd, killed, welcomes + crowd.size());
      span("killed, and all connected again", cpu, back);
      span("all installed, and the deployment done", cpu, done(crowd, client, begin, second));
      look(next);
      return back;
    }

    private int failed(SeedfallClient client) throws ControlException {
      return client.deployments().stream().mapToInt(DeploymentView::failedCount).sum();
    }

    private void look(Started coordinator) {
      ProcessFacts facts = ProcessFacts.of(coordinator.pid());
      if (facts == null) {
        throw new CommandFailure(
            ExitCode.FAILED, "the coordinator ended: " + coordinator.printed());
      }
      most = most.larger(facts);
    }

    private void span(String what, double cpuBefore, double seconds) {
      ControlResult.Span span =
          new ControlResult.Span(what, seconds, group.cpuSeconds() - cpuBefore);
      spans.add(span);
      console.note(
          String.format(Locale.ROOT, "%s: %.2f s, CPU %.2f s", what, seconds, span.cpuSeconds()));
    }
  }
}
