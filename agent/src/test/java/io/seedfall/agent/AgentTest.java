package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.HandMadeCoordinator;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.node.HashProgress;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoBuilder;
import io.seedfall.protocol.metainfo.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
  private static final int BYTES = 1_000_000;

  @TempDir Path temporary;
  private final Closer opened = new Closer();
  private final Deque<MachineReport> unread = new ArrayDeque<>();
  private Path root;
  private Path state;
  private HandMadeCoordinator coordinator;
  private HandMadeCoordinator.Session session;
  private AgentMessage.Hello hello;
  private Agent agent;

  @BeforeEach
  void startAgent() throws Exception {
    temporary = temporary.toRealPath();
    root = Files.createDirectory(temporary.resolve("root"));
    state = temporary.resolve("state");
    coordinator = opened.add(HandMadeCoordinator.start());
    agent = start("a1", root, state, 0);
    greet();
  }

  @AfterEach
  void endAll() {
    agent.close();
    opened.close();
  }

  @Test
  void aFileIsFetchedInstalledAndSeeded() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("model.bin"), BYTES, 1);
    Metainfo metainfo = published(file);
    TestSource source = source(metainfo, file);

    assign("d1", metainfo, "models/current", neighbour(source, true));

    MachineReport report = ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(report.why()).isEmpty();
    assertThat(report.bytesDone()).isEqualTo(BYTES);
    assertThat(report.bytesFromHolders()).isEqualTo(BYTES);
    assertThat(report.bytesFromPeers()).isZero();
    Path installed = root.resolve("models/current");
    assertThat(installed).hasSameBinaryContentAs(file);
    assertThat(Files.getPosixFilePermissions(installed))
        .isEqualTo(Files.getPosixFilePermissions(file));
    assertThat(agentHolds(metainfo)).isTrue();
  }

  @Test
  void aTreeIsFetchedAndReplacedByTheNextOne() throws Exception {
    Path tree = temporary.resolve("tree");
    Files.createDirectories(tree.resolve("deep/er"));
    Files.writeString(tree.resolve("empty"), "");
    TestSource.randomFile(tree.resolve("deep/er/ü.bin"), 300_000, 1);
    Metainfo first = published(tree);
    assign("d1", first, "tree", neighbour(source(first, tree), true));
    assertThat(ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(root.resolve("tree/deep/er/ü.bin"))
        .hasSameBinaryContentAs(tree.resolve("deep/er/ü.bin"));
    assertThat(root.resolve("tree/empty")).isEmptyFile();

    Path next = Files.createDirectory(temporary.resolve("next"));
    Files.writeString(next.resolve("only"), "one file in a directory");
    Metainfo second = published(next);
    assign("d2", second, "tree", neighbour(source(second, next), true));
    assertThat(ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    try (Stream<Path> entries = Files.list(root.resolve("tree"))) {
      assertThat(entries.map(entry -> entry.getFileName().toString())).containsExactly("only");
    }
  }

  @Test
  void anAssignmentSaidAgainIsAnsweredWithHowItEnded() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("f"), 1_000, 1);
    Metainfo metainfo = published(file);
    TestSource source = source(metainfo, file);
    assign("d1", metainfo, "f", neighbour(source, true));
    MachineReport first = ended("d1");
    assign("d1", metainfo, "f", neighbour(source, true));
    assertThat(ended("d1")).isEqualTo(first);
  }

  @Test
  void whatCannotBeDoneIsRefusedWithTheReason() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("f"), 1_000, 1);
    Metainfo metainfo = published(file);
    Files.writeString(root.resolve("file"), "in the way");

    assertThat(failure("d1", metainfo, "../outside")).contains("without . and .. parts");
    assertThat(failure("d2", metainfo, "/etc/passwd")).contains("inside each agent's root");
    assertThat(failure("d3", metainfo, ".seedfall/x")).contains("the agent's own");
    assertThat(failure("d4", metainfo, "file/x")).contains("is not a directory");
    try (Unwritable _ = Unwritable.make(Files.createDirectory(root.resolve("closed")))) {
      assertThat(failure("d5", metainfo, "closed/x")).contains("is not writable");
    }
  }

  @Test
  void aMetainfoThatIsNotToBeHadOrOfSomethingElseFails() throws Exception {
    Metainfo unknown = TestSource.hash(TestSource.randomFile(temporary.resolve("f"), 1_000, 1));
    assertThat(failure("d1", unknown, "x")).contains("the metainfo is not to be had: nobody");

    Metainfo other = TestSource.hash(TestSource.randomFile(temporary.resolve("g"), 1_000, 2));
    coordinator.serveMetainfo(unknown.infoHash().hex(), other.toTorrentBytes());
    assertThat(failure("d2", unknown, "x")).contains("gave that of " + other.infoHash());

    coordinator.serveMetainfo(unknown.infoHash().hex(), new byte[] {'d', 'x'});
    assertThat(failure("d3", unknown, "x")).contains("it is no metainfo");
    assertThat(root.resolve("x")).doesNotExist();
  }

  @Test
  void tooLittleSpaceIsSaidWithFiguresBeforeTheFirstByte() throws Exception {
    long bytes = ((2 * Files.getFileStore(root).getUsableSpace()) >> 26) << 26;
    List<Hash256> hashes = Collections.nCopies((int) (bytes >> 26), Hash256.of(new byte[32]));
    Metainfo huge = new MetainfoBuilder("h", 64 << 20).file(path("h"), bytes, hashes).build();
    coordinator.serveMetainfo(huge.infoHash().hex(), huge.toTorrentBytes());

    assertThat(failure("d1", huge, "x"))
        .startsWith("not enough space in " + root + ": ")
        .contains(" needed (" + bytes + " bytes)")
        .contains("free");
    Awaitility.await().until(() -> versions().isEmpty());
  }

  @Test
  void aWithdrawnAssignmentIsCancelledAndItsPartRemoved() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("f"), BYTES, 1);
    Metainfo metainfo = published(file);
    TestSource slow = opened.add(TestSource.of(metainfo, file, 100_000));
    assign("d1", metainfo, "x", neighbour(slow, true));
    MachineReport report = next("d1");
    while (report.bytesDone() == 0) {
      report = next("d1");
    }
    session.send("{\"type\":\"withdraw\",\"deploymentId\":\"d1\",\"why\":\"somebody said so\"}");

    MachineReport last = ended("d1");
    assertThat(last.phase()).isEqualTo(MachinePhase.CANCELLED);
    assertThat(last.why()).isEqualTo("somebody said so");
    Awaitility.await().until(() -> versions().isEmpty());
    assertThat(root.resolve("x")).doesNotExist();

    session.send("{\"type\":\"withdraw\",\"deploymentId\":\"d9\",\"why\":\"never heard of\"}");
    assertThat(ended("d9").phase()).isEqualTo(MachinePhase.CANCELLED);
  }

  @Test
  void aNewerDeploymentToTheSamePlaceTakesOver() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("f"), BYTES, 1);
    Metainfo metainfo = published(file);
    assign("d1", metainfo, "x");
    next("d1");
    Path newer = TestSource.randomFile(temporary.resolve("g"), 1_000, 2);
    Metainfo second = published(newer);
    assign("d2", second, "x", neighbour(source(second, newer), true));

    MachineReport report = ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.CANCELLED);
    assertThat(report.why()).contains("d2 took its place");
    assertThat(ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  @Test
  void destinationsOneInsideTheOtherAreRefused() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("f"), 1_000, 1);
    Metainfo metainfo = published(file);
    assign("d1", metainfo, "a/b", neighbour(source(metainfo, file), true));
    assertThat(ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(failure("d2", metainfo, "a")).contains("one inside the other");
    assertThat(failure("d3", metainfo, "a/b/c")).contains("one inside the other");
    Files.delete(root.resolve("a/b"));
    assign("d4", metainfo, "a/b/c");
    assertThat(ended("d4").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  @Test
  void afterARestartKeptVersionsAreAnnouncedAndChangedOnesAreNot() throws Exception {
    Metainfo one = installed("d1", "one", "x");
    Metainfo two = installed("d2", "two", "y");
    agent.close();
    Path kept = root.resolve(".seedfall/versions/" + two.infoHash() + "/content/two");
    Files.writeString(kept, "changed by somebody");
    agent = start("a1", root, state, 0);
    greet();

    assertThat(hello.holdings()).containsExactly(one.infoHash().hex());
    assertThat(versions()).containsExactly(one.infoHash().hex());
  }

  @Test
  void aRestartedAgentGoesOnWhereItWas() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("f"), BYTES, 1);
    Metainfo metainfo = published(file);
    TestSource slow = opened.add(TestSource.of(metainfo, file, 400_000));
    assign("d1", metainfo, "x", neighbour(slow, true));
    MachineReport report = next("d1");
    while (report.bytesDone() < BYTES / 2) {
      report = next("d1");
    }
    agent.close();
    assertThat(root.resolve("x")).doesNotExist();
    agent = start("a1", root, state, 0);
    greet();
    unread.clear();
    assertThat(hello.holdings()).isEmpty();
    assign("d1", metainfo, "x", neighbour(slow, true));

    MachineReport last = ended("d1");
    assertThat(last.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(last.bytesFromHolders()).isLessThan(BYTES * 6 / 10);
    assertThat(root.resolve("x")).hasSameBinaryContentAs(file);
  }

  @Test
  void aKeptVersionBecomesTheSourceOfAnotherAgent() throws Exception {
    Metainfo metainfo = installed("d1", "one", "x");
    session.send(
        "{\"type\":\"seed\",\"infoHash\":\"%s\",\"neighbours\":[],\"source\":true}"
            .formatted(metainfo.infoHash()));
    HandMadeCoordinator.Session first = session;
    String endpoint = hello.endpoint();
    Path otherRoot = Files.createDirectory(temporary.resolve("root2"));
    opened.add(start("a2", otherRoot, temporary.resolve("state2"), 0));
    greet();
    assign(
        "d2",
        metainfo,
        "y",
        "{\"name\":\"a1\",\"endpoint\":\"%s\",\"holdsAll\":true}".formatted(endpoint));

    assertThat(ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(otherRoot.resolve("y")).hasSameBinaryContentAs(root.resolve("x"));
    assertThat(first).isNotNull();
  }

  @Test
  void whatIsNotHeldIsNotSeeded() throws Exception {
    String infoHash = "ab".repeat(32);
    session.send(
        "{\"type\":\"seed\",\"infoHash\":\"%s\",\"neighbours\":[],\"source\":true}"
            .formatted(infoHash));
    assertThat(session.receive()).contains("\"holding\"").contains(infoHash).contains("false");
  }

  @Test
  void onlyTheNewestVersionsOfADestinationAreKept() throws Exception {
    Metainfo one = installed("d1", "one", "x");
    Metainfo two = installed("d2", "two", "x");
    assertThat(versions()).contains(one.infoHash().hex(), two.infoHash().hex());
    Metainfo three = installed("d3", "three", "x");
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(versions())
                .containsExactlyInAnyOrder(two.infoHash().hex(), three.infoHash().hex()));
    assertThat(root.resolve("x")).hasContent("three");
  }

  @Test
  void goingBackToAKeptVersionFetchesNothing() throws Exception {
    Metainfo one = installed("d1", "one", "x");
    installed("d2", "two", "x");
    assign("d3", one, "x");
    MachineReport report = ended("d3");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(report.bytesFromHolders() + report.bytesFromPeers()).isZero();
    assertThat(report.bytesDone()).isEqualTo(3);
    assertThat(root.resolve("x")).hasContent("one");
  }

  @Test
  void aDamagedKeptVersionIsFetchedAnew() throws Exception {
    Metainfo metainfo = installed("d1", "one", "x");
    Files.writeString(root.resolve("x"), "written over in place");
    Path file = Files.writeString(temporary.resolve("one"), "one");
    assign("d2", metainfo, "x", neighbour(source(metainfo, file), true));
    assertThat(ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(root.resolve("x")).hasContent("one");
  }

  @Test
  void aLocalUserHandsOverAFileAndAnotherAgentFetchesIt() throws Exception {
    Path file = TestSource.randomFile(temporary.resolve("handed.bin"), BYTES, 3);
    LocalAgent.Seeded seeded = LocalAgent.seed(state, file, "handed.bin", 0, HashProgress.none());
    Metainfo metainfo = TestSource.hash(file);
    assertThat(seeded.sizeBytes()).isEqualTo(BYTES);
    assertThat(seeded.infoHash()).isEqualTo(metainfo.infoHash());
    assertThat(coordinator.storedMetainfo(seeded.infoHash().hex())).isNotNull();
    String endpoint = hello.endpoint();

    Path otherRoot = Files.createDirectory(temporary.resolve("root2"));
    opened.add(start("a2", otherRoot, temporary.resolve("state2"), 0));
    greet();
    assign(
        "d1",
        metainfo,
        "y",
        "{\"name\":\"a1\",\"endpoint\":\"%s\",\"holdsAll\":true}".formatted(endpoint));
    assertThat(ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(otherRoot.resolve("y")).hasSameBinaryContentAs(file);
  }

  @Test
  void aDirectoryHandedOverIsKeptAsOne() throws Exception {
    Path tree = Files.createDirectory(temporary.resolve("tree"));
    Files.writeString(tree.resolve("only"), "one file in a directory");
    LocalAgent.seed(state, tree, "tree", 0, HashProgress.none());
    Metainfo metainfo = TestSource.hash(tree);
    assign("d1", metainfo, "y");
    assertThat(ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(root.resolve("y/only")).hasContent("one file in a directory");
    assertThat(agentHolds(metainfo)).isTrue();
  }

  @Test
  void badHandoversAreAnsweredInOneLine() throws Exception {
    assertThatThrownBy(
            () -> LocalAgent.seed(state, temporary.resolve("none"), "n", 0, HashProgress.none()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
    Path tree = Files.createDirectory(temporary.resolve("linked"));
    Files.createSymbolicLink(tree.resolve("l"), temporary);
    assertThatThrownBy(() -> LocalAgent.seed(state, tree, "n", 0, HashProgress.none()))
        .hasMessageContaining("links are not taken");
    assertThatThrownBy(() -> LocalAgent.seed(root, temporary, "n", 0, HashProgress.none()))
        .hasMessageContaining("no agent runs with state directory");
    try (Stream<Path> left = Files.list(root.resolve(".seedfall/incoming"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void twoAgentsCannotShareAStateOrARoot() throws Exception {
    Path otherRoot = Files.createDirectory(temporary.resolve("root2"));
    assertThatThrownBy(() -> start("a2", otherRoot, state, 0))
        .hasMessageContaining("state directory " + state + " is in use by another agent");
    assertThatThrownBy(() -> start("a2", root, temporary.resolve("state2"), 0))
        .hasMessageContaining("is in use by another agent");
    agent.close();
    assertThatThrownBy(() -> start("a2", root, state, 0))
        .hasMessageContaining("belongs to agent a1");
    assertThatThrownBy(() -> start("a1", otherRoot, state, 0))
        .hasMessageContaining("belongs to agent a1 with root " + root);
    assertThatThrownBy(() -> start("a1", temporary.resolve("no"), state, 0))
        .hasMessageContaining("is not a directory");
  }

  @Test
  void aClosedAgentLeavesNothingOpen() throws Exception {
    installed("d1", "one", "x");
    agent.close();
    agent.awaitEnd();
    assertThat(state.resolve("agent.sock")).doesNotExist();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(descriptors.filter(fd -> leadsTo(fd, root))).isEmpty();
    }
  }

  private static boolean leadsTo(Path descriptor, Path directory) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(directory);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  /* --------------- What the tests say and hear --------------- */

  private Agent start(String name, Path itsRoot, Path itsState, long rate) throws IOException {
    return Agent.start(
        new AgentSettings(
            coordinator.address(),
            name,
            TestSource.loopback(),
            itsRoot,
            itsState,
            Map.of("role", "test"),
            rate,
            0,
            AgentSettings.KEPT_VERSIONS_DEFAULT,
            AgentSettings.REHASH_BYTES_PER_SECOND_DEFAULT,
            42));
  }

  private void greet() throws Exception {
    session = coordinator.session();
    hello = (AgentMessage.Hello) said();
    session.welcome(10_000);
  }

  private Metainfo published(Path content) throws IOException {
    Metainfo metainfo = TestSource.hash(content);
    coordinator.serveMetainfo(metainfo.infoHash().hex(), metainfo.toTorrentBytes());
    return metainfo;
  }

  private TestSource source(Metainfo metainfo, Path content) throws IOException {
    return opened.add(TestSource.of(metainfo, content, 0));
  }

  /** A small file with this text, deployed to that place. */
  private Metainfo installed(String id, String text, String where) throws Exception {
    Path file = Files.writeString(temporary.resolve(text), text);
    Metainfo metainfo = published(file);
    try (TestSource source = TestSource.of(metainfo, file, 0)) {
      assign(id, metainfo, where, neighbour(source, true));
      assertThat(ended(id).phase()).isEqualTo(MachinePhase.INSTALLED);
    }
    return metainfo;
  }

  private static String neighbour(TestSource source, boolean holdsAll) {
    return "{\"name\":\"s\",\"endpoint\":\"%s\",\"holdsAll\":%s}"
        .formatted(source.endpoint(), holdsAll);
  }

  private void assign(String id, Metainfo metainfo, String where, String... neighbours)
      throws IOException {
    session.send(
        """
        {"type":"assign","assignment":{"deploymentId":"%s","artifact":"a","version":"1",
         "infoHash":"%s","sizeBytes":1,"destination":"%s","neighbours":[%s]}}
        """
            .formatted(id, metainfo.infoHash(), where, String.join(",", neighbours)));
  }

  private String failure(String id, Metainfo metainfo, String where) throws Exception {
    assign(id, metainfo, where);
    MachineReport report = ended(id);
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why().lines()).hasSize(1);
    return report.why();
  }

  private MachineReport ended(String id) throws Exception {
    MachineReport report = next(id);
    while (!report.phase().isFinal()) {
      report = next(id);
    }
    return report;
  }

  private MachineReport next(String id) throws Exception {
    while (true) {
      for (MachineReport report : List.copyOf(unread)) {
        if (report.deploymentId().equals(id)) {
          unread.remove(report);
          return report;
        }
      }
      if (said() instanceof AgentMessage.Reports(List<MachineReport> reports)) {
        unread.addAll(reports);
      }
    }
  }

  private AgentMessage said() throws Exception {
    return switch (ControlJson.decodeAgentMessage(session.receive())) {
      case Decoded.Value<AgentMessage>(AgentMessage message) -> message;
      case Decoded.UnknownType<AgentMessage>(String type) -> throw new AssertionError(type);
      case Decoded.Malformed<AgentMessage>(String why) -> throw new AssertionError(why);
    };
  }

  private boolean agentHolds(Metainfo metainfo) throws Exception {
    agent.close();
    agent = start("a1", root, state, 0);
    greet();
    return hello.holdings().contains(metainfo.infoHash().hex());
  }

  private List<String> versions() throws IOException {
    try (Stream<Path> entries = Files.list(root.resolve(".seedfall/versions"))) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static RelativePath path(String name) {
    return RelativePath.of(name);
  }
}
