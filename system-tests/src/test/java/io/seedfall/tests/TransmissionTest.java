package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Debian's transmission 3.00, which speaks v1 only, takes a file and a tree from {@code seedfall
 * seed} and serves both to {@code seedfall get}; nobody else has anything.
 */
final class TransmissionTest {
  private static final int OURS = 0;
  private static final int TRANSMISSION = 1;
  private static final List<String> NAMES = List.of("file", "tree");

  private final Path content;
  private final Path directory;
  private final Path out;
  private final ClientRack rack;

  TransmissionTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    this.content = Files.createDirectories(directory.resolve("content"));
    this.out = Files.createDirectories(directory.resolve("out"));
    TestFiles.random(content.resolve("file"), (3 << 20) + 70_001, 51);
    // transmission lists no empty file in a torrent that it makes, and makes none of one that it
    // gets
    Files.delete(TestFiles.tree(content.resolve("tree"), 52).resolve("empty"));
    this.rack = ClientRack.up(directory, 2, "1gbit");
  }

  @AfterEach
  void end() {
    rack.close();
  }

  private Path torrent(String name) {
    return directory.resolve(name + ".torrent");
  }

  private String transmissionAddress() {
    return rack.address(TRANSMISSION) + ":" + ForeignClient.TRANSMISSION_PORT;
  }

  private ChildProcess transmission(Path where) throws Exception {
    return rack.foreign(
        TRANSMISSION,
        ForeignClient.transmission(
            directory,
            rack.address(TRANSMISSION),
            NAMES.stream().map(this::torrent).toList(),
            where));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void transmissionFetchesAFileAndATreeThatSeedServes() throws Exception {
    List<SeedfallProcess> seeds = new ArrayList<>();
    for (String name : NAMES) {
      seeds.add(
          rack.seed(
              OURS,
              content.resolve(name),
              "--format",
              "v1",
              "--piece-size",
              "64KiB",
              "--torrent-out",
              torrent(name).toString(),
              "--peer",
              transmissionAddress()));
    }
    for (SeedfallProcess seed : seeds) {
      seed.awaitAddress();
    }
    ChildProcess transmission = transmission(out);
    transmission.awaitAnswers(ForeignClient.COMPLETE::equals, NAMES.size());
    assertThat(TestFiles.sha256s(out)).isEqualTo(TestFiles.sha256s(content));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void getFetchesAFileAndATreeThatTransmissionServes() throws Exception {
    for (String name : NAMES) {
      ChildProcess create =
          rack.foreign(
              TRANSMISSION,
              List.of(
                  "transmission-create",
                  "--piecesize",
                  "64",
                  "--outfile",
                  torrent(name).toString(),
                  content.resolve(name).toString()));
      assertThat(create.awaitExit()).as(create.both()).isZero();
    }
    transmission(content);
    List<SeedfallProcess> gets = new ArrayList<>();
    for (String name : NAMES) {
      gets.add(rack.get(OURS, torrent(name), out, "--peer", transmissionAddress()));
    }
    for (SeedfallProcess get : gets) {
      assertThat(get.awaitExit()).as(rack.all()).isZero();
    }
    assertThat(TestFiles.sha256s(out)).isEqualTo(TestFiles.sha256s(content));
  }
}
