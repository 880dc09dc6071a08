package io.seedfall.tests;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachineView;
import io.seedfall.control.SeedfallClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A coordinator and agents as real processes on loopback, each agent on an address of its own
 * (127.0.0.2, 127.0.0.3, ...) with its own root and state. Everything is ended with it.
 */
final class Cluster implements AutoCloseable {
  /** How long anything may take here; a test that waits so long has failed. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path directory;
  private final List<SeedfallProcess> processes = new ArrayList<>();
  private final SeedfallClient client;
  private SeedfallProcess coordinator;

  private Cluster(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.coordinator = coordinator("127.0.0.1:0");
    this.client = new SeedfallClient(URI.create(url(coordinator)));
  }

  /** A coordinator and no agent yet. */
  static Cluster start(Path directory) throws IOException, InterruptedException {
    return new Cluster(directory);
  }

  private SeedfallProcess coordinator(String listen) throws IOException {
    return keep(
        SeedfallProcess.start(
            directory,
            "coordinator",
            "--listen",
            listen,
            "--state",
            directory.resolve("coordinator").toString(),
            "--json"));
  }

  private static String url(SeedfallProcess coordinator) throws InterruptedException {
    return coordinator.awaitAddress();
  }

  private SeedfallProcess keep(SeedfallProcess process) {
    processes.add(process);
    return process;
  }

  /** Starts the agent with that number, named {@code a1} and so on; ready when this comes back. */
  SeedfallProcess agent(int number, String... more) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "agent",
                "--coordinator",
                client.coordinator().toString(),
                "--name",
                "a" + number,
                "--listen",
                "127.0.0." + (number + 1) + ":0",
                "--root",
                root(number).toString(),
                "--state",
                state(number).toString(),
                "--label",
                "role=test",
                "--json"));
    arguments.addAll(List.of(more));
    Files.createDirectories(root(number));
    SeedfallProcess agent =
        keep(SeedfallProcess.start(directory, arguments.toArray(String[]::new)));
    agent.awaitAddress();
    await(
        "agent a" + number + " is connected",
        () ->
            client.agents().stream()
                .anyMatch(view -> view.name().equals("a" + number) && view.connected()));
    return agent;
  }

  /** Runs a command of the program against this coordinator. */
  SeedfallProcess command(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--coordinator");
    all.add(client.coordinator().toString());
    return keep(SeedfallProcess.start(directory, all.toArray(String[]::new)));
  }

  /** What an agent installs into. */
  Path root(int number) {
    return directory.resolve("root-" + number);
  }

  /** What an agent remembers in. */
  Path state(int number) {
    return directory.resolve("state-" + number);
  }

  SeedfallClient client() {
    return client;
  }

  /** Waits until the only deployment looks like that, and gives it. */
  DeploymentView awaitDeployment(String what, Predicate<DeploymentView> fits) {
    List<DeploymentView> seen = new ArrayList<>();
    await(
        what,
        () -> {
          List<DeploymentView> all = client.deployments();
          if (all.isEmpty()) {
            return false;
          }
          DeploymentView now = client.deployment(all.get(0).id());
          seen.add(now);
          return fits.test(now);
        });
    return seen.get(seen.size() - 1);
  }

  /** The part of one agent in a deployment. */
  static MachineView machine(DeploymentView deployment, int number) {
    for (MachineView machine : deployment.machines()) {
      if (machine.agent().equals("a" + number)) {
        return machine;
      }
    }
    throw new AssertionError("no machine a" + number + " in " + deployment);
  }

  /** What may not be so yet. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws ControlException;
  }

  static void await(String what, Condition condition) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(condition::holds);
  }

  /** Ends the coordinator by SIGKILL and starts it again on the same address and state. */
  void restartCoordinator() throws IOException, InterruptedException {
    String address = client.coordinator().getAuthority();
    coordinator.kill();
    coordinator = coordinator(address);
    coordinator.awaitAddress();
  }

  @Override
  public void close() {
    client.close();
    for (SeedfallProcess process : processes) {
      process.close();
    }
  }
}
