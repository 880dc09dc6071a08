package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.SwarmNotice;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes against each other on loopback. */
final class EndToEndTest {
  private static final int MIB = 1024 * 1024;

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

  @Test
  void oneSeedOneFetch() throws Exception {
    Path source = bench.file("model.bin", 20 * MIB + 12_345, 1);
    Metainfo metainfo = Bench.metainfo(source, 256 * 1024);
    Node seeding = bench.node();
    Node fetching = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Heard heard = new Heard();
    Transfer fetch =
        fetching.fetch(
            new FetchSpec(
                metainfo, root.resolve("staging"), List.of(Bench.endpoint(seeding)), heard));
    heard.awaitCompleted();
    assertThat(fetch.content()).isEqualTo(root.resolve("staging/content/model.bin"));
    assertThat(fetch.content()).hasSameBinaryContentAs(source);
    TransferProgress progress = fetch.progress();
    assertThat(progress.complete()).isTrue();
    assertThat(progress.bytesVerified()).isEqualTo(metainfo.geometry().totalBytes());
    assertThat(progress.bytesReceivedFrom())
        .containsOnlyKeys(Bench.endpoint(seeding))
        .containsValue(metainfo.geometry().totalBytes());
  }

  /** Blocks of 256 KiB: the last one of each piece and of the file is smaller and stays behind. */
  @Test
  void largeBlocksAreHashedTwoAtOnceAndStoredInTheirOrder() throws Exception {
    Path source = bench.file("model.bin", 40 * MIB + 200_001, 9);
    Metainfo metainfo = Bench.metainfo(source, MIB);
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Heard heard = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "staging", heard, seeding);
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(source);
    assertThat(fetch.progress().bytesReceivedFrom())
        .containsOnlyKeys(Bench.endpoint(seeding))
        .containsValue(metainfo.geometry().totalBytes());
  }

  /** Linux executes nothing that somebody has open for writing. */
  @Test
  void aProgramCanBeRunWhileItIsServed() throws Exception {
    Path source = root.resolve("program");
    Files.writeString(source, "#!/bin/sh\nexit 7\n" + "#".repeat(2 * OpenFiles.MAPPED_BYTES_MIN));
    Metainfo metainfo = Bench.metainfo(source, 256 * 1024);
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node fetching = bench.node();
    Heard heard = new Heard();
    Transfer fetch = fetch(fetching, metainfo, "staging", heard, seeding);
    heard.awaitCompleted();
    Heard served = new Heard();
    fetch(bench.node(), metainfo, "other", served, fetching);
    served.awaitCompleted();
    Files.setPosixFilePermissions(fetch.content(), PosixFilePermissions.fromString("rwx------"));
    Process program = new ProcessBuilder(fetch.content().toString()).start();
    assertThat(program.waitFor()).isEqualTo(7);
  }

  @Test
  void oneSeedThreeFetchesThatServeEachOther() throws Exception {
    Path source = bench.file("model.bin", 32 * MIB, 2);
    Metainfo metainfo = Bench.metainfo(source, 256 * 1024);
    Node seeding = bench.node();
    Transfer seed = seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    List<Node> nodes = List.of(bench.node(), bench.node(), bench.node());
    List<Heard> all = new ArrayList<>();
    List<Transfer> fetches = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Heard heard = new Heard();
      all.add(heard);
      fetches.add(
          nodes
              .get(i)
              .fetch(
                  new FetchSpec(
                      metainfo,
                      root.resolve("staging-" + i),
                      List.of(
                          Bench.endpoint(seeding),
                          Bench.endpoint(nodes.get((i + 1) % nodes.size()))),
                      heard)));
    }
    for (int i = 0; i < nodes.size(); i++) {
      all.get(i).awaitCompleted();
      assertThat(fetches.get(i).content()).hasSameBinaryContentAs(source);
    }
    assertThat(seed.progress().bytesSent()).isLessThan(3 * metainfo.geometry().totalBytes());
  }

  @Test
  void aTreeArrivesAsItIs() throws Exception {
    Path source = bench.directory("tree");
    bench.file("tree/empty", 0, 1);
    bench.file("tree/one byte", 1, 2);
    bench.file("tree/leaf/16KiB", 16 * 1024, 3);
    bench.file("tree/leaf/deeper/größe-模型.bin", 3 * MIB + 1, 4);
    bench.file("tree/z", 100_000, 5);
    bench.directory("tree/nothing in here");
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    assertThat(metainfo.files()).hasSize(5);
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Heard heard = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "staging", heard, seeding);
    heard.awaitCompleted();
    assertThat(fetch.content()).isEqualTo(root.resolve("staging/content"));
    assertThat(namesBelow(fetch.content()))
        .containsExactly("empty", "leaf/16KiB", "leaf/deeper/größe-模型.bin", "one byte", "z");
    for (String name : namesBelow(fetch.content())) {
      assertThat(fetch.content().resolve(name)).hasSameBinaryContentAs(source.resolve(name));
    }
  }

  private static List<String> namesBelow(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(path -> directory.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  private Transfer fetch(
      Node node, Metainfo metainfo, String directory, Heard heard, Node... neighbours)
      throws IOException {
    List<Endpoint> endpoints = Arrays.stream(neighbours).map(Bench::endpoint).toList();
    return node.fetch(new FetchSpec(metainfo, root.resolve(directory), endpoints, heard));
  }

  @Test
  void itWorksOverIpv6() throws Exception {
    Path source = bench.file("model.bin", 2 * MIB, 6);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Node seeding = bench.node(Bench.settings("::1", 1));
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Heard heard = new Heard();
    Transfer fetch =
        fetch(bench.node(Bench.settings("::1", 2)), metainfo, "staging", heard, seeding);
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(source);
    assertThat(fetch.progress().bytesReceivedFrom().keySet())
        .containsExactly(new Endpoint("::1", seeding.listenAddress().getPort()));
  }

  @Test
  void whoSendsWrongBytesIsBannedAndTheRestComesFromAnother() throws Exception {
    Path source = bench.file("model.bin", 4 * MIB, 7);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Path poison = bench.file("poison/model.bin", 4 * MIB, 8); // other bytes, the same length
    Node poisoning = bench.node();
    poisoning.seed(new SeedSpec(metainfo, poison, false, List.of(), new Heard()));
    Node fetching = bench.node();
    Heard heard = new Heard();
    Transfer fetch = fetch(fetching, metainfo, "staging", heard, poisoning);
    await().until(() -> banned(heard).contains(Bench.endpoint(poisoning)));
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    fetch.neighbours(List.of(Bench.endpoint(poisoning), Bench.endpoint(seeding)));
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(source);
    assertThat(banned(heard)).containsOnly(Bench.endpoint(poisoning));
  }

  private static List<Endpoint> banned(Heard heard) {
    List<Endpoint> banned = new ArrayList<>();
    for (SwarmNotice notice : heard.notices()) {
      if (notice instanceof SwarmNotice.PeerBanned(Endpoint remote, int _)) {
        banned.add(remote);
      }
    }
    return banned;
  }

  @Test
  void whatWasFetchedBeforeItWasClosedIsNotFetchedAgain() throws Exception {
    Path source = bench.file("model.bin", 8 * MIB, 9);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Node seeding = bench.node(Bench.settings("127.0.0.1", 1, 0, 4 * MIB));
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node fetching = bench.node();
    long verified;
    try (Transfer first = fetch(fetching, metainfo, "staging", new Heard(), seeding)) {
      await().until(() -> first.progress().bytesVerified() > 4 * MIB);
      verified = first.progress().bytesVerified();
    }
    Heard heard = new Heard();
    Transfer second = fetch(fetching, metainfo, "staging", heard, seeding);
    assertThat(second.progress().bytesVerified()).isGreaterThanOrEqualTo(verified);
    heard.awaitCompleted();
    assertThat(second.content()).hasSameBinaryContentAs(source);
    long again = second.progress().bytesReceivedFrom().values().stream().mapToLong(l -> l).sum();
    assertThat(again).isLessThan(4 * MIB);
    assertThat(second.progress().bytesVerified()).isEqualTo(8 * MIB);
  }

  @Test
  void whatIsCompleteIsServedOnAfterANewStart() throws Exception {
    Path source = bench.file("model.bin", 2 * MIB, 10);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node middle = bench.node();
    Heard heard = new Heard();
    fetch(middle, metainfo, "staging", heard, seeding);
    heard.awaitCompleted();
    middle.close();
    seeding.close();
    Node again = bench.node();
    Heard atOnce = new Heard();
    fetch(again, metainfo, "staging", atOnce);
    atOnce.awaitCompleted();
    Heard last = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "other", last, again);
    last.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(source);
  }

  @Test
  void aSourceThatIsCutWhileItIsServedEndsItsSeedingAndNothingElse() throws Exception {
    Path source = bench.file("model.bin", 8 * MIB, 11);
    Path kept = bench.file("kept.bin", 8 * MIB, 11);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Node seeding = bench.node(Bench.settings("127.0.0.1", 1, 0, 4 * MIB));
    Heard seedHeard = new Heard();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), seedHeard));
    Heard heard = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "staging", heard, seeding);
    await().until(() -> fetch.progress().bytesVerified() > MIB);
    try (FileChannel channel = FileChannel.open(source, StandardOpenOption.WRITE)) {
      channel.truncate(10);
    }
    Heard.Failure failure = seedHeard.awaitFailed();
    assertThat(failure.fault()).isEqualTo(TransferFault.CONTENT_CHANGED);
    assertThat(failure.why()).contains("model.bin").contains("changed while seeding");
    Node other = bench.node();
    other.seed(new SeedSpec(metainfo, kept, false, List.of(), new Heard()));
    fetch.neighbours(List.of(Bench.endpoint(other)));
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(kept);
  }

  @Test
  void aFetchedFileThatIsCutUnderItsMappingEndsItsServingAndNothingElse() throws Exception {
    Path source = bench.file("model.bin", 8 * MIB, 12);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node middle = bench.node(Bench.settings("127.0.0.1", 2, 0, 4 * MIB));
    Heard middleHeard = new Heard();
    Transfer cut = fetch(middle, metainfo, "staging", middleHeard, seeding);
    middleHeard.awaitCompleted();
    seeding.close();
    Heard lastHeard = new Heard();
    Transfer last = fetch(bench.node(), metainfo, "last", lastHeard, middle);
    await().until(() -> last.progress().bytesVerified() > MIB);
    try (FileChannel channel = FileChannel.open(cut.content(), StandardOpenOption.WRITE)) {
      channel.truncate(10);
    }
    assertThat(middleHeard.awaitFailed().fault()).isEqualTo(TransferFault.CONTENT_CHANGED);
    assertThat(lastHeard.hasFailed()).isFalse();
  }

  @Test
  void aCapOnSendingOrReceivingIsKept() throws Exception {
    Path source = bench.file("model.bin", 6 * MIB, 13);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    long rate = 4 * MIB;
    long leastNanos = 1_200_000_000L; // 6 MiB at 4 MiB a second, less what may burst
    Node capped = bench.node(Bench.settings("127.0.0.1", 1, 0, rate));
    capped.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    assertThat(nanosToFetch(bench.node(), metainfo, "a", capped)).isGreaterThan(leastNanos);
    Node free = bench.node();
    free.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node slow = bench.node(Bench.settings("127.0.0.1", 9, rate, 0));
    assertThat(nanosToFetch(slow, metainfo, "b", free)).isGreaterThan(leastNanos);
  }

  private long nanosToFetch(Node node, Metainfo metainfo, String directory, Node from)
      throws Exception {
    Heard heard = new Heard();
    long begin = System.nanoTime();
    fetch(node, metainfo, directory, heard, from);
    heard.awaitCompleted();
    return System.nanoTime() - begin;
  }

  @Test
  void aClosedNodeHoldsNoFileAndNoMapping() throws Exception {
    Path source = bench.file("model.bin", 2 * MIB, 14);
    Metainfo metainfo = Bench.metainfo(source, 64 * 1024);
    Node seeding = bench.node();
    seeding.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    Node fetching = bench.node();
    Heard heard = new Heard();
    fetch(fetching, metainfo, "staging", heard, seeding);
    heard.awaitCompleted();
    fetching.close();
    seeding.close();
    String maps = Files.readString(Path.of("/proc/self/maps"));
    assertThat(maps).doesNotContain(root.toString());
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(descriptors.map(EndToEndTest::target))
          .noneMatch(t -> t.startsWith(root.toString()));
    }
    assertThat(namesBelow(root.resolve("staging"))).containsExactly("content/model.bin", "journal");
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }
}
