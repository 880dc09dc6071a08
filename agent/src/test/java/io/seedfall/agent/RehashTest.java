package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.Decoded;
import io.seedfall.control.HandMadeCoordinator;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.node.HashProgress;
import io.seedfall.node.Repair;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kept versions that rot, and an agent that reads them again. */
final class RehashTest {
  private static final int BYTES = 20 * TestSource.PIECE_BYTES - 100;

  /** A pass in a tenth of a second. */
  private static final long FAST = 10 * Rehash.PASS_BYTES_MIN;

  @TempDir Path temporary;
  private final Closer opened = new Closer();
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
    start();
  }

  @AfterEach
  void endAll() {
    agent.close();
    opened.close();
  }

  private void start() throws Exception {
    agent =
        Agent.start(
            new AgentSettings(
                    CoordinatorAddresses.of(coordinator.address()),
                    "a1",
                    TestSource.loopback(),
                    root,
                    state,
                    Map.of(),
                    0,
                    0,
                    42)
                .withRehash(FAST));
    session = coordinator.session();
    hello = (AgentMessage.Hello) said();
    session.welcome(10_000);
  }

  private AgentMessage said() throws Exception {
    return switch (ControlJson.decodeAgentMessage(session.receive())) {
      case Decoded.Value<AgentMessage>(AgentMessage message) -> message;
      case Decoded.UnknownType<AgentMessage>(String type) -> throw new AssertionError(type);
      case Decoded.Malformed<AgentMessage>(String why) -> throw new AssertionError(why);
    };
  }

  private void awaitNotHeld(Metainfo metainfo) throws Exception {
    AgentMessage expected = new AgentMessage.Holding(metainfo.infoHash().hex(), false);
    while (!said().equals(expected)) {
      // something else was said
    }
  }

  /** Right again, and known to be. */
  private void awaitRepaired(Metainfo metainfo, Path file) {
    Path kept = VersionStore.contentBelow(versionOf(metainfo), metainfo);
    Awaitility.await()
        .untilAsserted(() -> {
          assertThat(kept).as("not given up").exists();
          assertThat(root.resolve("x")).hasSameBinaryContentAs(file);
          AgentState known = Objects.requireNonNull(new StateFile(state).read());
          AgentState.Version version = known.versions().get(metainfo.infoHash().hex());
          assertThat(Objects.requireNonNull(version).stamp()).isEqualTo(ContentStamp.of(kept));
        });
  }

  private void assign(String id, Metainfo metainfo, TestSource... from) throws IOException {
    session.send(
        """
        {"type":"assign","assignment":{"deploymentId":"%s","artifact":"a","version":"1",
         "infoHash":"%s","sizeBytes":1,"destination":"x","neighbours":[%s]}}
        """
            .formatted(id, metainfo.infoHash(), neighbours(from)));
  }

  private static String neighbours(TestSource... from) {
    StringBuilder all = new StringBuilder();
    for (TestSource source : from) {
      all.append(all.isEmpty() ? "" : ",")
          .append("{\"name\":\"s\",\"endpoint\":\"")
          .append(source.endpoint())
          .append("\",\"holdsAll\":true}");
    }
    return all.toString();
  }

  private void awaitInstalled(String id) throws Exception {
    while (true) {
      if (said() instanceof AgentMessage.Reports(var reports)) {
        for (MachineReport report : reports) {
          if (report.deploymentId().equals(id) && report.phase().isFinal()) {
            assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
            return;
          }
        }
      }
    }
  }

  private Metainfo published(Path file) throws IOException {
    Metainfo metainfo = TestSource.hash(file);
    coordinator.serveMetainfo(metainfo.infoHash().hex(), metainfo.toTorrentBytes());
    return metainfo;
  }

  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
    }
  }

  /** Changes a byte as a disk does it: size and time stay. */
  static void rot(Path file, long at) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    flip(file, at);
    Files.setLastModifiedTime(file, modified);
  }

  private Path versionOf(Metainfo metainfo) {
    return root.resolve(".seedfall/versions/" + metainfo.infoHash());
  }

  private Path file(int seed) throws IOException {
    return TestSource.randomFile(temporary.resolve("model-" + seed), BYTES, seed);
  }

  @Test
  void whatHasRottedIsRepairedFromAPeerWhereverItIsInstalled() throws Exception {
    Path file = file(1);
    Metainfo metainfo = published(file);
    assign("d1", metainfo, opened.add(TestSource.of(metainfo, file, 0)));
    awaitInstalled("d1");
    Object inode = Files.getAttribute(root.resolve("x"), "unix:ino");
    rot(root.resolve("x"), 5 * TestSource.PIECE_BYTES);

    awaitRepaired(metainfo, file);
    assertThat(Files.getAttribute(root.resolve("x"), "unix:ino"))
        .as("the file that programs may have open")
        .isEqualTo(inode);

    rot(root.resolve("x"), BYTES - 1);
    awaitRepaired(metainfo, file);
  }

  @Test
  void whatNobodyHasStaysDamagedAndUncountedUntilSomebodyHasIt() throws Exception {
    Path file = file(2);
    Metainfo metainfo = published(file);
    try (TestSource source = TestSource.of(metainfo, file, 0)) {
      assign("d1", metainfo, source);
      awaitInstalled("d1");
    }
    rot(root.resolve("x"), 5 * TestSource.PIECE_BYTES);
    awaitNotHeld(metainfo);
    Awaitility.await().until(() -> Repair.isUnderWay(metainfo, versionOf(metainfo)));

    agent.close();
    start();
    assertThat(hello.holdings()).isEmpty();
    assertThat(versionOf(metainfo)).isDirectory();

    // Whoever wants the same content again joins the repair.
    assign("d2", metainfo, opened.add(TestSource.of(metainfo, file, 0)));
    awaitInstalled("d2");
    assertThat(root.resolve("x")).hasSameBinaryContentAs(file);
  }

  @Test
  void anotherKeptVersionRepairsItWithoutAnyPeer() throws Exception {
    Path one = file(3);
    Metainfo first = published(one);
    try (TestSource source = TestSource.of(first, one, 0)) {
      assign("d1", first, source);
      awaitInstalled("d1");
    }
    Path other = Files.copy(one, temporary.resolve("other"));
    flip(other, 0);
    Metainfo second = published(other);
    try (TestSource source = TestSource.of(second, other, 0)) {
      assign("d2", second, source);
      awaitInstalled("d2");
    }
    rot(root.resolve("x"), 5 * TestSource.PIECE_BYTES);
    awaitRepaired(second, other);
  }

  @Test
  void whatSomebodyWroteIsNotWrittenOver() throws Exception {
    Path file = file(4);
    Metainfo metainfo = published(file);
    assign("d1", metainfo, opened.add(TestSource.of(metainfo, file, 0)));
    awaitInstalled("d1");
    flip(root.resolve("x"), 5);
    byte[] edited = Files.readAllBytes(root.resolve("x"));

    awaitNotHeld(metainfo);
    Awaitility.await().until(() -> !Files.exists(versionOf(metainfo)));
    assertThat(root.resolve("x")).hasBinaryContent(edited);
  }

  @Test
  void aUsersOwnFileIsNotWrittenTo() throws Exception {
    Path file = file(5);
    LocalAgent.seed(state, file, "model", 0, HashProgress.none());
    Metainfo metainfo = TestSource.hash(file);
    rot(file, 5);
    byte[] rotten = Files.readAllBytes(file);
    Awaitility.await().until(() -> isEmpty(root.resolve(".seedfall/versions")));
    assertThat(file).hasBinaryContent(rotten);
    assertThat(metainfo.name()).isNotEmpty();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  @Test
  void aPassTakesAsLongAsReadingAGibibyteAndNeverPausesForMoreThanAnHour() {
    assertThat(Rehash.pauseMillis(0, 4_000_000)).isEqualTo(268_435);
    assertThat(Rehash.pauseMillis(Rehash.PASS_BYTES_MIN - 4_000_000, 4_000_000)).isEqualTo(1_000);
    assertThat(Rehash.pauseMillis(Rehash.PASS_BYTES_MIN, 4_000_000)).isZero();
    assertThat(Rehash.pauseMillis(1L << 40, 4_000_000)).isZero();
    assertThat(Rehash.pauseMillis(0, 298_261)).isEqualTo(Rehash.PAUSE_MILLIS_MAX);
    assertThat(Rehash.pauseMillis(0, 1)).isEqualTo(Rehash.PAUSE_MILLIS_MAX);
    assertThat(Rehash.pauseMillis(0, 298_262)).isLessThan(Rehash.PAUSE_MILLIS_MAX);
  }
}
