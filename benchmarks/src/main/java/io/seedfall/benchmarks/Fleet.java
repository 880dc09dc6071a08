package io.seedfall.benchmarks;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.identity.UserCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A coordinator on host 0 and an agent on every host, up and connected. That of host 0 seeds what
 * is handed to it; the others are targets.
 */
final class Fleet {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Where a process of ours listens, in what it prints. */
  static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");

  /** The label and the selector of those that something is sent to. */
  static final String TARGETS = "role=target";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String coordinator;
  private final Started coordinatorProcess;
  private final List<Started> agents;

  private Fleet(String coordinator, Started coordinatorProcess, List<Started> agents) {
    this.coordinator = coordinator;
    this.coordinatorProcess = coordinatorProcess;
    this.agents = agents;
  }

  /** Starts them and waits until the coordinator counts every agent as connected. */
  static Fleet start(Stage stage) throws IOException {
    return start(stage, 0);
  }

  /** The same with agents that know the rate of their links, 0 for none. */
  static Fleet start(Stage stage, long linkBitsPerSecond) throws IOException {
    Hosts hosts = stage.hosts();
    Started coordinator = startCoordinator(stage);
    String url = coordinator.await(ADDRESS, PATIENCE);
    List<Started> agents = new ArrayList<>();
    for (int host = 0; host < hosts.count(); host++) {
      agents.add(agent(stage, host, url, linkBitsPerSecond));
    }
    for (Started agent : agents) {
      agent.await(ADDRESS, PATIENCE);
    }
    int expected = agents.size();
    stage.awaitAnswer(
        0,
        Product.command("agents", "--json", "--coordinator", url),
        outcome -> outcome.exit() == 0 && connected(outcome.output()) == expected);
    return new Fleet(url, coordinator, agents.subList(1, agents.size()));
  }

  /** Gives the cluster of {@link #startCoordinator} an identity; gives its admin. */
  static UserCredentials found(Stage stage) throws IOException {
    Path credentials = stage.path("admin.json");
    stage
        .start(
            0,
            Product.command(
                "coordinator",
                "init",
                "--state",
                stage.path("coordinator").toString(),
                "--credentials",
                credentials.toString()))
        .awaitSuccess();
    return UserCredentials.read(credentials);
  }

  /** Starts a coordinator on host 0, and does not wait. */
  static Started startCoordinator(Stage stage) throws IOException {
    return startCoordinator(stage, 0);
  }

  /** The same on that port; another one with the same state may have been there before. */
  static Started startCoordinator(Stage stage, int port) throws IOException {
    return stage.start(
        0,
        Product.command(
            "coordinator",
            "--listen",
            stage.hosts().address(0) + ":" + port,
            "--insecure",
            "--state",
            stage.path("coordinator").toString(),
            "--json"));
  }

  /** Starts the agent of a host, and does not wait. */
  static Started agent(Stage stage, int host, String url) throws IOException {
    return agent(stage, host, url, 0);
  }

  private static Started agent(Stage stage, int host, String url, long linkBitsPerSecond)
      throws IOException {
    Files.createDirectories(root(stage, host));
    List<String> words =
        Product.command(
            "agent",
            "--coordinator",
            url,
            "--name",
            "a" + host,
            "--label",
            host == 0 ? "role=source" : TARGETS,
            "--listen",
            stage.hosts().address(host) + ":0",
            "--insecure",
            "--root",
            root(stage, host).toString(),
            "--state",
            state(stage, host).toString(),
            "--json");
    if (linkBitsPerSecond > 0) {
      words.addAll(List.of("--link-rate", linkBitsPerSecond + "bit"));
    }
    return stage.start(host, words);
  }

  /** How many connected agents the answer of {@code seedfall agents --json} lists. */
  static long connected(String json) {
    try {
      return JSON.readValue(json, new TypeReference<List<AgentView>>() {}).stream()
          .filter(view -> view.kind() == AgentKind.AGENT && view.connected())
          .count();
    } catch (JacksonException e) {
      return 0; // a warning of the JVM, perhaps, instead of an answer
    }
  }

  /** Where a host's agent installs. */
  static Path root(Stage stage, int host) {
    return stage.directory(host).resolve("root");
  }

  /** What a host's agent remembers in. */
  static Path state(Stage stage, int host) {
    return stage.directory(host).resolve("state");
  }

  /** The coordinator's URL. */
  String coordinator() {
    return coordinator;
  }

  /** The process of the coordinator. */
  Started coordinatorProcess() {
    return coordinatorProcess;
  }

  /** The processes of the targets' agents. */
  List<Started> agents() {
    return agents;
  }

  /** Starts {@code seedfall deploy} of that file on host 0, to that path on all targets. */
  Started deploy(Stage stage, Path file, String path) throws IOException {
    return stage.start(
        0,
        Product.command(
            "deploy",
            file.toString(),
            "--to",
            TARGETS,
            "--path",
            path,
            "--listen",
            stage.hosts().address(0) + ":0",
            "--insecure",
            "--coordinator",
            coordinator));
  }

  /** The same of an artifact, which {@link #publish} has made. */
  Started deploy(Stage stage, String artifact, String path) throws IOException {
    return stage.start(
        0,
        Product.command(
            "deploy", artifact, "--to", TARGETS, "--path", path, "--coordinator", coordinator));
  }

  /** The same with that priority, and lines that {@link DeployLines} reads. */
  Started deploy(Stage stage, String artifact, String path, String priority) throws IOException {
    return stage.start(
        0,
        Product.command(
            "deploy",
            artifact,
            "--to",
            TARGETS,
            "--path",
            path,
            "--priority",
            priority,
            "--json",
            "--coordinator",
            coordinator));
  }

  /** Makes a file an artifact, which the agent of host 0 seeds from now on. */
  void publish(Stage stage, Path file, String artifact) throws IOException {
    stage
        .start(
            0,
            Product.command(
                "publish",
                file.toString(),
                "--name",
                artifact,
                "--detach",
                "--agent-state",
                state(stage, 0).toString(),
                "--coordinator",
                coordinator))
        .awaitSuccess();
  }
}
