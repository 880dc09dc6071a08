package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.HashProgress;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers on a local network find each other by multicast (BEP 14), ours and libtorrent's. */
final class LocalDiscoveryTest {
  private static final long BYTES = (4 << 20) + 70_001;

  private final Path directory;
  private final Path file;
  private final Path torrent;
  private final Path out;
  private Rack rack;

  LocalDiscoveryTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 41);
    this.torrent = directory.resolve("payload.torrent");
    this.out = Files.createDirectories(directory.resolve("out"));
  }

  @BeforeEach
  void begin() throws IOException {
    rack = Rack.up(2, "1gbit");
    Files.write(
        torrent,
        ArtifactHasher.hash(
                file, "payload.bin", 64 * 1024, HashProgress.none(), TorrentFormat.HYBRID)
            .toTorrentBytes());
  }

  @AfterEach
  void end() {
    rack.close();
  }

  private SeedfallProcess seed() throws Exception {
    SeedfallProcess seed =
        SeedfallProcess.startInside(
            rack.on(0),
            directory,
            "seed",
            file.toString(),
            "--torrent",
            torrent.toString(),
            "--listen",
            rack.address(0) + ":0",
            "--local-discovery",
            "--json");
    seed.awaitAddress();
    return seed;
  }

  private SeedfallProcess get(int host) throws IOException {
    return SeedfallProcess.startInside(
        rack.on(host),
        directory,
        "get",
        torrent.toString(),
        "--output",
        out.toString(),
        "--listen",
        rack.address(host) + ":0",
        "--local-discovery");
  }

  private Process libtorrent(int host, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(rack.on(host));
    command.addAll(ForeignClient.libtorrent(directory, arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LIBTORRENT_LSD", "1");
    return builder.start();
  }

  private void assertFetched() throws IOException {
    assertThat(TestFiles.sha256(out.resolve("payload.bin"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void twoOfOursFindEachOther() throws Exception {
    try (SeedfallProcess _ = seed();
        SeedfallProcess get = get(1)) {
      assertThat(get.awaitExit()).as(get.both()).isZero();
    }
    assertFetched();
  }

  @Test
  void libtorrentFindsOurSeed() throws Exception {
    try (SeedfallProcess seed = seed()) {
      Process libtorrent =
          libtorrent(
              1, "get", torrent.toString(), out.toString(), rack.address(1), "--seconds", "90");
      try {
        String said =
            new String(libtorrent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(libtorrent.waitFor()).as(said + seed.both()).isZero();
      } finally {
        libtorrent.destroyForcibly();
      }
    }
    assertFetched();
  }

  @Test
  void getFindsALibtorrentSeed() throws Exception {
    Process seed = libtorrent(0, "seed", torrent.toString(), directory.toString(), rack.address(0));
    try (BufferedReader lines = seed.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).startsWith("listening ");
      try (SeedfallProcess get = get(1)) {
        assertThat(get.awaitExit()).as(get.both()).isZero();
      }
    } finally {
      seed.destroyForcibly();
      seed.waitFor();
    }
    assertFetched();
  }
}
