package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Complete content, read again. */
final class RotSearchTest {
  private static final int PIECE = 64 * 1024;
  private static final long FAST = 1_000_000_000_000L;

  @TempDir Path root;
  private Path tree;

  @BeforeEach
  void setUp() throws Exception {
    try (Bench bench = new Bench(root)) {
      tree = bench.directory("tree");
      bench.file("tree/a", 17, 1);
      bench.file("tree/b", 3 * PIECE + 5, 2);
      bench.file("tree/c", 0, 3);
      bench.file("tree/d", 2 * PIECE, 4);
    }
  }

  private Metainfo metainfo(TorrentFormat format) throws IOException {
    return ArtifactHasher.hash(tree, "tree", PIECE, HashProgress.none(), format);
  }

  private void flip(String name, long at) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
      file.seek(at);
      int was = file.read();
      file.seek(at);
      file.write(~was);
    }
  }

  private List<Integer> wrong(Metainfo metainfo) throws IOException {
    List<Integer> wrong = new ArrayList<>();
    new RotSearch(FAST)
        .search(
            metainfo,
            tree,
            0,
            (piece, right) -> {
              if (!right) {
                wrong.add(piece);
              }
              return true;
            });
    return wrong;
  }

  @ParameterizedTest
  @EnumSource(TorrentFormat.class)
  void everyPieceThatIsNoLongerRightIsFoundAndNoOther(TorrentFormat format) throws Exception {
    Metainfo metainfo = metainfo(format);
    assertThat(wrong(metainfo)).isEmpty();
    flip("b", PIECE + 1);
    flip("d", 2 * PIECE - 1);
    if (format == TorrentFormat.V1) { // there pieces run through the files
      assertThat(wrong(metainfo)).containsExactly(1, 5);
    } else {
      assertThat(wrong(metainfo)).containsExactly(2, 6);
    }
  }

  @Test
  void whatIsCutOrGoneIsNotRightEither() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V2);
    try (RandomAccessFile file = new RandomAccessFile(tree.resolve("b").toFile(), "rw")) {
      file.setLength(2 * PIECE + 100);
    }
    Files.delete(tree.resolve("d"));
    assertThat(wrong(metainfo)).containsExactly(3, 4, 5, 6);
  }

  @Test
  void whatCannotBeOpenedSaysNothingOfItsBytes() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V2);
    Files.delete(tree.resolve("a"));
    Files.createSymbolicLink(tree.resolve("a"), tree.resolve("b"));
    assertThatThrownBy(() -> wrong(metainfo)).isInstanceOf(IOException.class);
  }

  @Test
  void itBeginsWhereItIsToldAndEndsWhenThatIsEnough() throws Exception {
    List<Integer> read = new ArrayList<>();
    new RotSearch(FAST)
        .search(
            metainfo(TorrentFormat.V2),
            tree,
            2,
            (piece, _) -> {
              read.add(piece);
              return piece < 4;
            });
    assertThat(read).containsExactly(2, 3, 4);
  }

  @Test
  void itKeepsToItsRate() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V2);
    long begin = System.nanoTime();
    new RotSearch(1_000_000).search(metainfo, tree, 0, (_, _) -> true);
    // 328 kB, of which the last block's time is not waited for, nor a burst's.
    assertThat(System.nanoTime() - begin).isGreaterThan(200_000_000L);
    assertThatThrownBy(() -> new RotSearch(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onceStoppedItReadsNothing() throws Exception {
    RotSearch search = new RotSearch(1); // it would take days
    Metainfo metainfo = metainfo(TorrentFormat.V2);
    List<Integer> read = new ArrayList<>();
    search.search(
        metainfo,
        tree,
        0,
        (piece, _) -> {
          read.add(piece);
          search.stop();
          return true;
        });
    search.search(metainfo, tree, 0, (piece, _) -> read.add(piece));
    assertThat(read).containsExactly(0);
  }
}
