package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.SwarmNotice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pieces of complete content that are fetched again while programs use it. */
final class RepairTest {
  private static final int PIECE = 64 * 1024;
  private static final int BYTES = 20 * PIECE - 100;

  @TempDir Path root;
  private Bench bench;
  private Path source;
  private Metainfo metainfo;
  private Node node;

  /** What a program uses: another name of the fetched file. */
  private Path installed;

  private byte[] rotten;

  /** Fetched, installed, and pieces 3 and 19 are rotten. */
  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    source = bench.file("model.bin", BYTES, 1);
    metainfo = Bench.metainfo(source, PIECE);
    Path directory = bench.directory("version/content");
    Files.copy(source, directory.resolve("model.bin"));
    node = bench.node();
    Heard heard = new Heard();
    try (Transfer _ = node.fetch(spec(heard))) { // no journal yet: all of it is hashed
      heard.awaitCompleted();
    }
    installed = Files.createLink(root.resolve("installed"), directory.resolve("model.bin"));
    try (FileChannel channel = FileChannel.open(installed, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[100]), 3 * PIECE + 7);
      channel.write(ByteBuffer.wrap(new byte[1]), BYTES - 1);
    }
    rotten = Files.readAllBytes(installed);
    assertThat(rotten).isNotEqualTo(Files.readAllBytes(source));
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private FetchSpec spec(Heard heard, Node... from) {
    return new FetchSpec(
            metainfo,
            root.resolve("version"),
            Arrays.stream(from).map(Bench::endpoint).toList(),
            heard)
        .whileInUse();
  }

  private void begin() throws IOException {
    PieceSet damaged = new PieceSet(metainfo.geometry().pieceCount());
    damaged.add(3);
    damaged.add(19);
    assertThat(isUnderWay()).isFalse();
    Repair.begin(metainfo, root.resolve("version"), damaged);
    assertThat(isUnderWay()).isTrue();
  }

  private boolean isUnderWay() throws IOException {
    return Repair.isUnderWay(metainfo, root.resolve("version"));
  }

  private Node seeding(Path content) throws IOException {
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, content, false, List.of(), new Heard()));
    return seeding;
  }

  @Test
  void whatIsDamagedIsFetchedAndWhoHasTheFileMappedSeesIt() throws Exception {
    try (FileChannel program = FileChannel.open(installed, StandardOpenOption.READ)) {
      MappedByteBuffer mapped = program.map(FileChannel.MapMode.READ_ONLY, 0, BYTES);
      begin();
      Heard heard = new Heard();
      Transfer repair = node.fetch(spec(heard, seeding(source)));
      heard.awaitCompleted();
      assertThat(repair.progress().bytesFromPeers()).isEqualTo(PIECE + PIECE - 100);
      byte[] seen = new byte[BYTES];
      mapped.get(seen);
      assertThat(seen).isEqualTo(Files.readAllBytes(source));
      assertThat(installed).hasSameBinaryContentAs(source);
      repair.close();
    }
    assertThat(isUnderWay()).isFalse();
    assertThat(root.resolve("version/drafts")).doesNotExist();
  }

  @Test
  void whatAPeerMadeUpNeverReachesTheFile() throws Exception {
    begin();
    Heard heard = new Heard();
    Path poison = bench.file("poison", BYTES, 2);
    Transfer repair = node.fetch(spec(heard, seeding(poison)));
    await()
        .until(() -> heard.notices().stream().anyMatch(SwarmNotice.PeerBanned.class::isInstance));
    assertThat(installed).hasBinaryContent(rotten);
    repair.neighbours(List.of(Bench.endpoint(seeding(source))));
    heard.awaitCompleted();
    assertThat(installed).hasSameBinaryContentAs(source);
  }

  @Test
  void aRepairThatWasCutOffGoesOnAfterwards() throws Exception {
    begin();
    try (Transfer alone = node.fetch(spec(new Heard()))) {
      assertThat(alone.progress().bytesVerified()).isEqualTo(BYTES - PIECE - PIECE + 100);
    }
    assertThat(isUnderWay()).isTrue();
    assertThat(installed).hasBinaryContent(rotten);
    Heard heard = new Heard();
    node.fetch(spec(heard, seeding(source)));
    heard.awaitCompleted();
    assertThat(installed).hasSameBinaryContentAs(source);
  }

  @Test
  void anotherCopyOnTheMachineIsEnough() throws Exception {
    begin();
    Heard heard = new Heard();
    Transfer repair = node.fetch(spec(heard).withCopies(List.of(new LocalCopy(metainfo, source))));
    heard.awaitCompleted();
    assertThat(repair.progress().bytesReused()).isEqualTo(PIECE + PIECE - 100);
    assertThat(installed).hasSameBinaryContentAs(source);
  }

  @Test
  void draftsThatWereLeftAreMadeAnewAndRemoved() throws Exception {
    begin();
    Path left = bench.file("version/drafts/left", 10, 5);
    try (Transfer repair = node.fetch(spec(new Heard()))) {
      assertThat(repair.isClosed()).isFalse();
      assertThat(left).doesNotExist();
      assertThat(root.resolve("version/drafts/0")).hasSize(BYTES);
    }
    assertThat(root.resolve("version/drafts")).doesNotExist();
  }

  @Test
  void whatWasNeverFetchedIntoIsNotUnderWay() throws Exception {
    assertThat(Repair.isUnderWay(metainfo, bench.directory("elsewhere"))).isFalse();
  }
}
