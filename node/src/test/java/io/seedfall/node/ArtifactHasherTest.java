package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArtifactHasherTest {
  private static final int LEAF_BYTES = 16 * 1024;

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

  private static byte[] sha256(byte[]... parts) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /** BEP 52 by the letter: leaves padded to a power of two, and up two by two. */
  private static byte[] naiveRoot(byte[] content) throws Exception {
    int leaves = Math.ceilDiv(content.length, LEAF_BYTES);
    int width = Integer.highestOneBit(Math.max(1, leaves * 2 - 1));
    byte[][] row = new byte[width][];
    for (int i = 0; i < width; i++) {
      int from = i * LEAF_BYTES;
      row[i] =
          i < leaves
              ? sha256(
                  Arrays.copyOfRange(content, from, Math.min(content.length, from + LEAF_BYTES)))
              : new byte[32];
    }
    while (row.length > 1) {
      byte[][] above = new byte[row.length / 2][];
      for (int i = 0; i < above.length; i++) {
        above[i] = sha256(row[2 * i], row[2 * i + 1]);
      }
      row = above;
    }
    return row[0];
  }

  @Test
  void theRootOfAFileIsWhatBep52Says() throws Exception {
    for (long bytes : new long[] {1, LEAF_BYTES, LEAF_BYTES + 1, 65_536, 65_537, 300_000}) {
      Path file = bench.file("f" + bytes, bytes, bytes);
      Metainfo metainfo = Bench.metainfo(file, 65_536);
      assertThat(metainfo.files().getFirst().piecesRoot())
          .as("%d bytes", bytes)
          .isEqualTo(Hash256.of(naiveRoot(Files.readAllBytes(file))));
      assertThat(metainfo.isSingleFile()).isTrue();
      assertThat(metainfo.name()).isEqualTo("f" + bytes);
    }
  }

  @Test
  void thePieceSizeFollowsFromTheTotalUnlessItIsGiven() throws Exception {
    Path file = bench.file("a", 100_000, 1);
    assertThat(Bench.metainfo(file, 0).pieceBytes()).isEqualTo(65_536);
    assertThat(Bench.metainfo(file, 16_384).pieceBytes()).isEqualTo(16_384);
  }

  @Test
  void aDirectoryIsItsFilesInTheOrderOfBep52WithEmptyOnesAndWithoutEmptyDirectories()
      throws Exception {
    bench.file("d/b", 10, 1);
    bench.file("d/a/z", 20, 2);
    bench.file("d/a.b", 0, 3);
    bench.directory("d/nothing");
    Metainfo metainfo = Bench.metainfo(root.resolve("d"), 0);
    assertThat(metainfo.files().stream().map(MetainfoFile::path).map(Object::toString))
        .containsExactly("a/z", "a.b", "b");
    assertThat(metainfo.files().get(1).piecesRoot()).isNull();
  }

  @Test
  void aDirectoryWithOneFileIsADirectoryUnlessNobodyCouldTell() throws Exception {
    bench.file("d/x", 10, 1);
    assertThat(Bench.metainfo(root.resolve("d"), 0).isSingleFile()).isFalse();
    bench.file("e/e", 10, 1);
    assertThatThrownBy(() -> Bench.metainfo(root.resolve("e"), 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("publish the file");
  }

  @Test
  void theSameContentHasTheSameNameWhereverItLies() throws Exception {
    bench.file("one/d/x", 100_000, 1);
    bench.file("two/d/x", 100_000, 1);
    assertThat(Bench.metainfo(root.resolve("one/d"), 0).infoHash())
        .isEqualTo(Bench.metainfo(root.resolve("two/d"), 0).infoHash());
  }

  @Test
  void progressReachesTheTotal() throws Exception {
    Path file = bench.file("a", 1_000_000, 1);
    AtomicLong most = new AtomicLong();
    ArtifactHasher.hash(
        file,
        "a",
        0,
        (done, total) -> {
          assertThat(total).isEqualTo(1_000_000);
          most.accumulateAndGet(done, Math::max);
        });
    assertThat(most).hasValue(1_000_000);
  }

  @Test
  void linksAndSpecialFilesAreRefusedInWords() throws Exception {
    bench.file("d/a", 10, 1);
    Path link = Files.createSymbolicLink(root.resolve("d/link"), Path.of("a"));
    assertThatThrownBy(() -> Bench.metainfo(root.resolve("d"), 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("d/link is a symbolic link");
    Files.delete(link);
    Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("d/pipe").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    assertThatThrownBy(() -> Bench.metainfo(root.resolve("d"), 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("d/pipe is a special file");
  }

  @Test
  void theSourceItselfMayBeALink() throws Exception {
    Path file = bench.file("a", 10, 1);
    Path link = Files.createSymbolicLink(root.resolve("link"), file);
    assertThat(ArtifactHasher.hash(link, "a", 0, HashProgress.none()).infoHash())
        .isEqualTo(Bench.metainfo(file, 0).infoHash());
  }

  @Test
  void whatIsMissingOrEmptyIsSaid() throws Exception {
    assertThatThrownBy(() -> Bench.metainfo(root.resolve("none"), 0))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot read " + root.resolve("none") + ": no such file");
    Path empty = bench.directory("empty");
    assertThatThrownBy(() -> Bench.metainfo(empty, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no file");
  }

  @Test
  void aFileThatChangesWhileItIsHashedIsNoticed() throws Exception {
    Path file = bench.file("a", 1_000_000, 1);
    AtomicBoolean changed = new AtomicBoolean();
    assertThatThrownBy(() ->
            ArtifactHasher.hash(
                file,
                "a",
                0,
                (done, total) -> {
                  if (changed.compareAndSet(false, true)) {
                    append(file);
                  }
                }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("changed while it was hashed");
  }

  private static void append(Path file) {
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(raw.length());
      raw.write(1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
