package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Fetches that find pieces of theirs on the machine. */
final class PieceReuseTest {
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 40;
  private static final int BYTES = PIECES * PIECE - 100;

  @TempDir Path root;
  private Bench bench;
  private Path before;
  private Path after;
  private Metainfo wanted;

  /** Two versions of a file; pieces 7 and 20 differ. */
  @BeforeEach
  void setUp() throws IOException {
    bench = new Bench(root);
    before = bench.file("before/model.bin", BYTES, 1);
    after = bench.file("after/model.bin", BYTES, 1);
    flip(after, 7 * PIECE + 5);
    flip(after, 20 * PIECE);
    wanted = Bench.metainfo(after, PIECE);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  /** Changes a byte and leaves size and time as they are, as a rotting disk does. */
  private static void flip(Path file, long at) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
    }
    Files.setLastModifiedTime(file, modified);
  }

  private Node seeding(Metainfo metainfo, Path content) throws IOException {
    Node node = bench.node();
    node.seed(new SeedSpec(metainfo, content, false, List.of(), new Heard()));
    return node;
  }

  private FetchSpec spec(Metainfo metainfo, String directory, Heard heard, Node... from) {
    List<Endpoint> neighbours = Arrays.stream(from).map(Bench::endpoint).toList();
    return new FetchSpec(metainfo, root.resolve(directory), neighbours, heard);
  }

  /** The older version as it was when it was right. */
  private LocalCopy copy() throws IOException {
    return new LocalCopy(Bench.metainfo(before, PIECE), before);
  }

  /** Fetches the newer version, with a seed of it as the neighbour, to the end. */
  private TransferProgress fetched(LocalCopy... copies) throws Exception {
    Heard heard = new Heard();
    FetchSpec spec = spec(wanted, "staging", heard, seeding(wanted, after));
    Transfer fetch = bench.node().fetch(spec.withCopies(List.of(copies)));
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(after);
    TransferProgress progress = fetch.progress();
    assertThat(progress.bytesVerified()).isEqualTo(BYTES);
    assertThat(progress.bytesReused() + progress.bytesFromPeers()).isEqualTo(BYTES);
    return progress;
  }

  @Test
  void onlyWhatDiffersIsFetched() throws Exception {
    String untouched = Arrays.toString(Files.readAllBytes(before));
    assertThat(fetched(copy()).bytesFromPeers()).isEqualTo(2 * PIECE);
    assertThat(Arrays.toString(Files.readAllBytes(before))).isEqualTo(untouched);
  }

  @Test
  void whatIsReusedIsVerifiedAndServedAsSoonAsTheTransferIsOpen() throws Exception {
    Node partial = bench.node();
    FetchSpec spec = spec(wanted, "partial", new Heard());
    Transfer first = partial.fetch(spec.withCopies(List.of(copy())));
    assertThat(first.progress().bytesVerified()).isEqualTo(BYTES - 2 * PIECE);
    assertThat(first.progress().bytesReused()).isEqualTo(BYTES - 2 * PIECE);
    Heard heard = new Heard();
    Transfer newcomer = bench.node().fetch(spec(wanted, "newcomer", heard, partial));
    await().until(() -> newcomer.progress().bytesVerified() == BYTES - 2 * PIECE);
    newcomer.neighbours(List.of(Bench.endpoint(partial), Bench.endpoint(seeding(wanted, after))));
    heard.awaitCompleted();
    assertThat(newcomer.content()).hasSameBinaryContentAs(after);
  }

  /** A copy of hundreds of gigabytes takes minutes, and whoever waits for it must see it move. */
  @Test
  void howFarItIsIsToldWhileItIsOpened() throws Exception {
    Heard heard = new Heard();
    bench.node().fetch(spec(wanted, "staging", heard).withCopies(List.of(copy())));
    TransferProgress told = heard.preparing().getFirst();
    assertThat(told.bytesTotal()).isEqualTo(BYTES);
    assertThat(told.bytesReused()).isPositive().isEqualTo(told.bytesVerified());
    assertThat(told.complete()).isFalse();
  }

  @Test
  void everythingMayBeHere() throws Exception {
    Heard heard = new Heard();
    LocalCopy same = new LocalCopy(Bench.metainfo(after, PIECE / 2), after);
    Transfer fetch = bench.node().fetch(spec(wanted, "staging", heard).withCopies(List.of(same)));
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(after);
    assertThat(fetch.progress().bytesReused()).isEqualTo(BYTES);
  }

  /** 2 of 40 pieces of 64 KiB differ, of larger spans more of the bytes. */
  @ParameterizedTest
  @CsvSource({"16, 2", "32, 2", "128, 4", "256, 8"})
  void thePiecesOfTheOtherVersionMayBeSmallerOrLarger(int kib, int fetchedPieces) throws Exception {
    LocalCopy other = new LocalCopy(Bench.metainfo(before, kib * 1024), before);
    assertThat(fetched(other).bytesFromPeers()).isEqualTo((long) fetchedPieces * PIECE);
  }

  @Test
  void whatHasRottedIsNotTakenAndComesFromThePeers() throws Exception {
    LocalCopy copy = copy();
    flip(before, 3 * PIECE + 77);
    flip(before, BYTES - 1);
    assertThat(fetched(copy).bytesFromPeers()).isEqualTo(3 * PIECE + PIECE - 100);
  }

  @Test
  void whatHasRottedInOneCopyIsTakenFromTheNext() throws Exception {
    LocalCopy rotten = copy();
    Path sound = Files.copy(before, root.resolve("sound.bin"));
    flip(before, 3 * PIECE + 77);
    LocalCopy next = new LocalCopy(rotten.metainfo(), sound);
    assertThat(fetched(rotten, next).bytesFromPeers()).isEqualTo(2 * PIECE);
  }

  @Test
  void aCopyThatIsGoneOrCutIsOnlyOfLessUse() throws Exception {
    LocalCopy cut = copy();
    LocalCopy gone = new LocalCopy(cut.metainfo(), root.resolve("nothing-here"));
    try (FileChannel channel = FileChannel.open(before, StandardOpenOption.WRITE)) {
      channel.truncate(10 * PIECE + 1);
    }
    assertThat(fetched(gone, cut).bytesReused()).isEqualTo(9 * PIECE);
  }

  @Test
  void aLinkInTheWayIsNotFollowed() throws Exception {
    LocalCopy copy = copy();
    Files.move(before, root.resolve("elsewhere"));
    Files.createSymbolicLink(before, root.resolve("elsewhere"));
    assertThat(fetched(copy).bytesReused()).isZero();
  }

  @Test
  void soManyCopiesAreLookedThroughAndNoMore() throws Exception {
    LocalCopy useless = new LocalCopy(copy().metainfo(), root.resolve("nothing-here"));
    List<LocalCopy> copies = new ArrayList<>();
    copies.addAll(Collections.nCopies(PieceReuse.COPIES_MAX - 1, useless));
    copies.add(copy());
    Transfer within = bench.node().fetch(spec(wanted, "within", new Heard()).withCopies(copies));
    assertThat(within.progress().bytesReused()).isPositive();
    copies.addFirst(useless);
    Transfer beyond = bench.node().fetch(spec(wanted, "beyond", new Heard()).withCopies(copies));
    assertThat(beyond.progress().bytesReused()).isZero();
  }

  @Test
  void aNewStartGoesOnFromTheJournalAndCopiesNothingTwice() throws Exception {
    Node node = bench.node();
    FetchSpec spec = spec(wanted, "staging", new Heard());
    node.fetch(spec.withCopies(List.of(copy()))).close();
    Transfer again = node.fetch(spec.withCopies(List.of(copy())));
    assertThat(again.progress().bytesVerified()).isEqualTo(BYTES - 2 * PIECE);
    assertThat(again.progress().bytesReused()).isZero();
  }

  @ParameterizedTest
  @EnumSource(TorrentFormat.class)
  void aTreeInWhichOneFileChangedAndOneMoved(TorrentFormat format) throws Exception {
    Path one = tree("one", "moved/away");
    Path two = tree("two", "n/moved");
    flip(two.resolve("large"), 5 * PIECE);
    Metainfo from = tree(one, format);
    Metainfo to = tree(two, format);
    Heard heard = new Heard();
    FetchSpec spec = spec(to, "staging", heard, seeding(to, two));
    Transfer fetch = bench.node().fetch(spec.withCopies(List.of(new LocalCopy(from, one))));
    heard.awaitCompleted();
    for (String name : List.of("c", "empty", "large", "n/moved", "small")) {
      assertThat(fetch.content().resolve(name)).hasSameBinaryContentAs(two.resolve(name));
    }
    assertThat(fetch.progress().bytesFromPeers()).isEqualTo(PIECE);
  }

  private Path tree(String name, String moved) throws IOException {
    Path directory = bench.directory(name);
    bench.file(name + "/" + moved, 3 * PIECE + 5, 2);
    bench.file(name + "/c", PIECE, 3);
    bench.file(name + "/empty", 0, 4);
    bench.file(name + "/large", 12 * PIECE + 1, 5);
    bench.file(name + "/small", 17, 6);
    return directory;
  }

  private static Metainfo tree(Path tree, TorrentFormat format) throws IOException {
    return ArtifactHasher.hash(tree, "tree", PIECE, HashProgress.none(), format);
  }

  @Test
  void zerosThatAreAPadFileInTheCopyAreWritten() throws Exception {
    Path one = tree("one", "moved/away");
    Metainfo padded = FormatsTest.padded(tree(one, TorrentFormat.HYBRID), PIECE);
    LocalCopy copy = new LocalCopy(padded, one);
    Path zeros = bench.directory("zeros");
    byte[] filled = Arrays.copyOf(Files.readAllBytes(one.resolve("small")), PIECE);
    Files.write(zeros.resolve("small"), filled);
    Metainfo to = tree(zeros, TorrentFormat.V1);
    Heard heard = new Heard();
    Transfer fetch = bench.node().fetch(spec(to, "staging", heard).withCopies(List.of(copy)));
    heard.awaitCompleted();
    assertThat(fetch.content().resolve("small")).hasBinaryContent(filled);
  }
}
