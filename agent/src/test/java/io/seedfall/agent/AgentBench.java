package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Decoded;
import io.seedfall.control.FileAttributes;
import io.seedfall.control.HandMadeCoordinator;
import io.seedfall.control.Hooks;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One agent, its hand-made coordinator, its sources, and what they say to each other. */
final class AgentBench implements AutoCloseable {
  final Path temporary;
  final Path root;
  final Path state;
  private final Closer opened = new Closer();
  private final Deque<AgentMessage> unread = new ArrayDeque<>();
  private final HandMadeCoordinator coordinator;
  private HandMadeCoordinator.@Nullable Session session;
  private AgentMessage.@Nullable Hello hello;
  private @Nullable Agent agent;

  AgentBench(Path temporary) throws IOException {
    this.temporary = temporary.toRealPath();
    this.root = Files.createDirectory(this.temporary.resolve("root"));
    this.state = this.temporary.resolve("state");
    this.coordinator = opened.add(HandMadeCoordinator.start());
  }

  /* --------------- The agent --------------- */

  AgentSettings settings() {
    return new AgentSettings(
        CoordinatorAddresses.of(coordinator.address()),
        "a1",
        TestSource.loopback(),
        root,
        state,
        Map.of("role", "test"),
        0,
        0,
        42);
  }

  void start(AgentSettings settings) throws Exception {
    start(settings, Surroundings.REAL);
  }

  void start(AgentSettings settings, Surroundings surroundings) throws Exception {
    start(settings, surroundings, null);
  }

  /** The same with its numbers to be looked at on a free port; gives where. */
  InetSocketAddress startMeasured(AgentSettings settings) throws Exception {
    Agent running =
        start(
            settings,
            Surroundings.REAL,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return Objects.requireNonNull(running.metricsAddress());
  }

  private Agent start(
      AgentSettings settings, Surroundings surroundings, @Nullable InetSocketAddress metrics)
      throws Exception {
    unread.clear();
    Agent running = Agent.start(settings, surroundings, metrics);
    agent = running;
    session = coordinator.session();
    hello = (AgentMessage.Hello) said();
    session().welcome(10_000);
    return running;
  }

  /** The connection to the coordinator breaks, and is there again. */
  void reconnect() throws Exception {
    session().cut();
    session = coordinator.session();
    hello = (AgentMessage.Hello) said();
    session().welcome(10_000);
  }

  void stop() {
    Agent running = agent;
    if (running != null) {
      running.close();
      agent = null;
    }
  }

  AgentMessage.Hello hello() {
    return Objects.requireNonNull(hello);
  }

  private HandMadeCoordinator.Session session() {
    return Objects.requireNonNull(session);
  }

  @Override
  public void close() {
    stop();
    opened.close();
  }

  /* --------------- What is there to fetch --------------- */

  Metainfo published(Path content) throws IOException {
    Metainfo metainfo = TestSource.hash(content);
    coordinator.serveMetainfo(metainfo.infoHash().hex(), metainfo.toTorrentBytes());
    return metainfo;
  }

  /** Gives out that root from now on; null for none. */
  void serveRoot(long version, byte @Nullable [] document) {
    coordinator.serveRoot(version, document);
  }

  Metainfo publishedText(String text) throws IOException {
    return published(Files.writeString(temporary.resolve(text), text));
  }

  /** A source of content, at that rate; 0 for as fast as it goes. */
  Neighbour source(Metainfo metainfo, Path content, long bytesPerSecond) throws IOException {
    TestSource source = opened.add(TestSource.of(metainfo, content, bytesPerSecond));
    return new Neighbour("s", source.endpoint(), true);
  }

  Neighbour sourceOfText(Metainfo metainfo) throws IOException {
    return source(metainfo, temporary.resolve(metainfo.name()), 0);
  }

  /** A small file with this text, deployed to that place. */
  Metainfo installed(String id, String text, String where) throws Exception {
    Metainfo metainfo = publishedText(text);
    assign(plain(id, metainfo, where, sourceOfText(metainfo)));
    assertThat(ended(id).phase()).isEqualTo(MachinePhase.INSTALLED);
    return metainfo;
  }

  /* --------------- What the coordinator says --------------- */

  static Assignment plain(String id, Metainfo metainfo, String where, Neighbour... neighbours) {
    return new Assignment(
        id, "model", "v1", metainfo.infoHash().hex(), 1, where, List.of(neighbours));
  }

  static Assignment staged(Assignment plain) {
    return with(plain, true, plain.pace(), plain.hooks(), plain.attributes());
  }

  static Assignment paced(Assignment plain, Pace pace) {
    return with(plain, plain.stage(), pace, plain.hooks(), plain.attributes());
  }

  static Assignment hooked(Assignment plain, String preInstall, String postInstall) {
    return with(
        plain, plain.stage(), plain.pace(), new Hooks(preInstall, postInstall), plain.attributes());
  }

  static Assignment looking(Assignment plain, FileAttributes attributes) {
    return with(plain, plain.stage(), plain.pace(), plain.hooks(), attributes);
  }

  private static Assignment with(
      Assignment plain, boolean stage, Pace pace, Hooks hooks, FileAttributes attributes) {
    return new Assignment(
        plain.deploymentId(),
        plain.artifact(),
        plain.version(),
        plain.infoHash(),
        plain.sizeBytes(),
        plain.destination(),
        plain.neighbours(),
        stage,
        pace,
        hooks,
        attributes,
        plain.attempt(),
        plain.progressMillis(),
        plain.signed());
  }

  static Assignment attempt(Assignment before, int attempt) {
    return new Assignment(
        before.deploymentId(),
        before.artifact(),
        before.version(),
        before.infoHash(),
        before.sizeBytes(),
        before.destination(),
        before.neighbours(),
        before.stage(),
        before.pace(),
        before.hooks(),
        before.attributes(),
        attempt,
        before.progressMillis(),
        before.signed());
  }

  void assign(Assignment assignment) throws IOException {
    say(new CoordinatorMessage.Assign(assignment));
  }

  void say(CoordinatorMessage message) throws IOException {
    session().send(ControlJson.encodeMessage(message));
  }

  /* --------------- What the agent says --------------- */

  MachineReport ended(String id) throws Exception {
    MachineReport report = next(id);
    while (!report.phase().isFinal()) {
      report = next(id);
    }
    return report;
  }

  MachineReport reaches(String id, MachinePhase phase) throws Exception {
    MachineReport report = next(id);
    while (report.phase() != phase) {
      assertThat(report.phase().isFinal()).as("%s", report).isFalse();
      report = next(id);
    }
    return report;
  }

  MachineReport next(String id) throws Exception {
    while (true) {
      for (AgentMessage message : List.copyOf(unread)) {
        if (message instanceof AgentMessage.Reports(List<MachineReport> reports)
            && reports.getFirst().deploymentId().equals(id)) {
          unread.remove(message);
          return reports.getFirst();
        }
      }
      hear();
    }
  }

  /** What it says now, when it is assigned the same again. */
  MachineReport saidAgain(Assignment assignment) throws Exception {
    unread.removeIf(message ->
        message instanceof AgentMessage.Reports(List<MachineReport> reports)
            && reports.getFirst().deploymentId().equals(assignment.deploymentId()));
    assign(assignment);
    return next(assignment.deploymentId());
  }

  AgentMessage.Health health(String id) throws Exception {
    while (true) {
      for (AgentMessage message : List.copyOf(unread)) {
        if (message instanceof AgentMessage.Health answer && answer.deploymentId().equals(id)) {
          unread.remove(message);
          return answer;
        }
      }
      hear();
    }
  }

  private void hear() throws Exception {
    AgentMessage message = said();
    if (message instanceof AgentMessage.Reports(List<MachineReport> reports)) {
      reports.forEach(report -> unread.add(new AgentMessage.Reports(List.of(report))));
    } else {
      unread.add(message);
    }
  }

  private AgentMessage said() throws Exception {
    return switch (ControlJson.decodeAgentMessage(session().receive())) {
      case Decoded.Value<AgentMessage>(AgentMessage message) -> message;
      case Decoded.UnknownType<AgentMessage>(String type) -> throw new AssertionError(type);
      case Decoded.Malformed<AgentMessage>(String why) -> throw new AssertionError(why);
    };
  }

  /** Stops the agent and starts it again, with other settings. */
  void restart(UnaryOperator<AgentSettings> change) throws Exception {
    stop();
    start(change.apply(settings()));
  }

  /* --------------- What is on the disk --------------- */

  /** What it would know after a restart. */
  AgentState kept() throws IOException {
    return Objects.requireNonNull(new StateFile(settings().state()).read());
  }

  List<String> versions() throws IOException {
    return names(root.resolve(".seedfall/versions"));
  }

  List<String> prepared() throws IOException {
    return names(root.resolve(".seedfall/install"));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
