package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says about what it does: its tally, its figures, and events of Flight Recorder. */
final class TallyTest {
  private static final int PIECE_BYTES = 256 * 1024;
  private static final int BYTES = 20 * PIECE_BYTES + 12_345;

  @TempDir Path root;
  private Bench bench;

  @BeforeEach
  void setUp() {
    bench = new Bench(root);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Node fetched(Path source, Node seeding) throws Exception {
    Metainfo metainfo = Bench.metainfo(source, PIECE_BYTES);
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node fetching = bench.node(Bench.settings("127.0.0.1", 77, 500_000_000, 400_000_000));
    Heard heard = new Heard();
    fetching.fetch(
        new FetchSpec(metainfo, root.resolve("staging"), List.of(Bench.endpoint(seeding)), heard));
    heard.awaitCompleted();
    return fetching;
  }

  @Test
  void everyByteAndPieceIsCountedOnBothSides() throws Exception {
    Node seeding = bench.node();
    NodeTally got = fetched(bench.file("model.bin", BYTES, 1), seeding).tally();
    assertThat(got.bytesFromPeers()).isEqualTo(BYTES);
    assertThat(got.bytesFromWebSeeds()).isZero();
    assertThat(got.piecesVerified()).isEqualTo(21);
    assertThat(got.bytesVerified()).isEqualTo(BYTES);
    assertThat(got.piecesRejected()).isZero();
    assertThat(got.peersBanned()).isZero();
    assertThat(got.hashing().count()).isEqualTo(got.writing().count()).isGreaterThanOrEqualTo(21);
    assertThat(got.writing().nanos()).isPositive();
    assertThat(got.syncing().count()).isPositive();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(seeding.tally().bytesSent()).isEqualTo(BYTES));
  }

  @Test
  void figuresSayWhatIsOpenAndWhichCapIsInForce() throws Exception {
    Node seeding = bench.node();
    assertThat(seeding.figures()).isEqualTo(new NodeFigures(0, 0, 0, 0, 0, 0, 0));
    Node fetching = fetched(bench.file("model.bin", BYTES, 1), seeding);
    NodeFigures figures = fetching.figures();
    assertThat(figures.complete()).isEqualTo(1);
    assertThat(figures.fetching()).isZero();
    assertThat(figures.paused()).isZero();
    assertThat(figures.receiveBytesPerSecond()).isEqualTo(500_000_000);
    assertThat(figures.sendBytesPerSecond()).isEqualTo(400_000_000);
    fetching.cap(NodeCaps.inAll(300_000_000));
    assertThat(fetching.figures().receiveBytesPerSecond()).isEqualTo(300_000_000);
  }

  @Test
  void flightRecorderSeesPiecesWritesSyncsAndTurns() throws Exception {
    Map<String, List<RecordedEvent>> events;
    try (Recording recording = new Recording()) {
      for (String name :
          List.of("PieceVerified", "BlockHashed", "DiskWrite", "DiskSync", "SwarmTurn")) {
        recording.enable("seedfall." + name).withoutThreshold();
      }
      recording.start();
      fetched(bench.file("model.bin", BYTES, 1), bench.node());
      recording.stop();
      events = read(recording);
    }
    List<RecordedEvent> verified = events.getOrDefault("seedfall.PieceVerified", List.of());
    assertThat(verified)
        .hasSize(21)
        .allSatisfy(event -> assertThat(event.getBoolean("right")).isTrue());
    assertThat(verified.stream().mapToLong(event -> event.getLong("bytes")).sum()).isEqualTo(BYTES);
    assertThat(
            events.getOrDefault("seedfall.DiskWrite", List.of()).stream()
                .mapToLong(event -> event.getLong("bytes"))
                .sum())
        .isEqualTo(BYTES);
    assertThat(events)
        .containsKeys("seedfall.BlockHashed", "seedfall.DiskSync", "seedfall.SwarmTurn");
  }

  private Map<String, List<RecordedEvent>> read(Recording recording) throws IOException {
    Path file = root.resolve("events.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
  }
}
