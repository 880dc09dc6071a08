package io.seedfall.cli;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Destination;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.Selector;
import io.seedfall.control.ThisMachine;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The main job: put something on machines, and wait until it is there. */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Put a file, a directory or a registered artifact on machines, and wait until it is there.",
      "A path is hashed, registered and seeded by this process until every machine has it."
    })
final class DeployCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;
  @Mixin SeedOptions seed;
  @Mixin SignOptions sign;
  @Mixin RolloutOptions how;

  @Parameters(
      paramLabel = "PATH|ARTIFACT",
      description = "a file or directory here, or NAME or NAME@VERSION of an artifact")
  String what;

  @Option(
      names = "--to",
      paramLabel = "SELECTOR",
      required = true,
      description = "which machines: all, or role=search,zone!=b")
  Selector selector;

  @Option(
      names = "--path",
      paramLabel = "DEST",
      required = true,
      description = "where on each machine, inside its agent's root: models/current.bin")
  Destination destination;

  @Option(names = "--json", description = "print lines of JSON")
  boolean json;

  DeployCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    how.rollout(); // a mistake is said before the hashing
    List<KeyFile> keys = sign.keys();
    Path agentState = seed.detach && isPath() ? seed.handOverTo() : null;
    try (Lifetime lifetime = Lifetime.begin(console);
        SeedfallClient client = coordinator.client()) {
      client.status(); // before the hashing: that may take long
      ArtifactSigning signing = new ArtifactSigning(client, sign, keys);
      if (!isPath()) {
        signing.signAgain(artifact());
        return start(client, artifact().toString(), null);
      }
      Publication publication = new Publication(console, json);
      Path source = Path.of(what);
      String name = seed.nameFor(source);
      if (agentState != null) {
        ArtifactView artifact =
            publication.handOver(client, agentState, source, name, seed.version);
        signing.sign(artifact);
        return start(client, reference(artifact), null);
      }
      Publication.requireThere(source);
      InetSocketAddress listen = seed.listenAddress(coordinator.addresses().first());
      requireReach(client, listen.getAddress());
      Metainfo metainfo = publication.hash(source);
      ArtifactView artifact = publication.register(client, metainfo, name, seed.version);
      signing.sign(artifact);
      Publication.Seeding seeding =
          publication.seed(
              lifetime, coordinator.caller(), listen, source, metainfo, seed.maxBytesPerSecond);
      return start(client, reference(artifact), seeding);
    }
  }

  /**
   * Refuses to seed on loopback for other machines. The coordinator would refuse it, too, but only
   * after the hashing, which may take long.
   */
  private void requireReach(SeedfallClient client, InetAddress listen) throws ControlException {
    if (!listen.isLoopbackAddress()) {
      return;
    }
    List<AgentView> elsewhere =
        client.agents().stream()
            .filter(agent -> agent.kind() == AgentKind.AGENT && agent.connected())
            .filter(agent -> selector.matches(agent.labels()))
            .filter(agent -> !ThisMachine.has(addressOf(agent)))
            .toList();
    if (!elsewhere.isEmpty()) {
      AgentView first = elsewhere.getFirst();
      throw new CommandFailure(
          ExitCode.USAGE,
          "%d of the machines cannot fetch from %s (%s is at %s): name an address of this machine"
                  .formatted(
                      elsewhere.size(), listen.getHostAddress(), first.name(), first.endpoint())
              + " that they reach, with --listen ADDRESS:0 --insecure");
    }
  }

  private static InetAddress addressOf(AgentView agent) {
    return InetAddress.ofLiteral(Endpoint.parse(agent.endpoint()).address());
  }

  /** A path when there is something, or when it can be nothing else. */
  private boolean isPath() {
    return Files.exists(Path.of(what)) || what.indexOf('/') >= 0;
  }

  private ArtifactReference artifact() {
    try {
      return ArtifactReference.parse(what);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "%s: no such file here, and no artifact is called so".formatted(what), e);
    }
  }

  private static String reference(ArtifactView artifact) {
    return new ArtifactReference(artifact.name(), artifact.version()).toString();
  }

  private int start(SeedfallClient client, String reference, Publication.@Nullable Seeding seeding)
      throws Exception {
    DeploymentView deployment =
        client.deploy(
            new DeploymentRequest(
                reference,
                selector.toString(),
                destination.toString(),
                how.rollout(),
                RolloutOptions.by()));
    if (seed.detach) {
      detached(deployment);
      return ExitCode.OK;
    }
    DeploymentWatch watch =
        new DeploymentWatch(
            client, console, json, () -> seeding == null ? null : seeding.trouble());
    return watch.report(
        how.stage ? watch.followUntilStaged(deployment.id()) : watch.follow(deployment.id()));
  }

  private void detached(DeploymentView deployment) {
    if (json) {
      console.json(new DeploymentWatch.ResultEvent("started", deployment));
    } else {
      console.answer(
          "deployment %s to %d machines runs; seedfall deployments %s shows how far"
              .formatted(deployment.id(), deployment.machineCount(), deployment.id()));
    }
  }
}
