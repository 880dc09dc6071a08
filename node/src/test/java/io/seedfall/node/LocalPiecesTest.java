package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hashes tell about where pieces are. */
final class LocalPiecesTest {
  private static final int KIB = 1024;
  private static final int LEAF = PieceGeometry.LEAF_BYTES;

  @TempDir Path root;
  private int files;

  private Metainfo torrent(int pieceBytes, TorrentFormat format, byte[]... contents)
      throws IOException {
    Path directory = Files.createDirectory(root.resolve("t" + files++));
    for (int i = 0; i < contents.length; i++) {
      Files.write(directory.resolve("file-%02d".formatted(i)), contents[i]);
    }
    return ArtifactHasher.hash(directory, "t", pieceBytes, HashProgress.none(), format);
  }

  private Metainfo torrent(int pieceBytes, byte[]... contents) throws IOException {
    return torrent(pieceBytes, TorrentFormat.V2, contents);
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new SeededRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] changed(byte[] bytes, int... at) {
    byte[] changed = bytes.clone();
    for (int position : at) {
      changed[position] ^= 1;
    }
    return changed;
  }

  private static LocalPieces find(Metainfo wanted, Metainfo here) {
    PieceSet all = PieceSet.full(wanted.geometry().pieceCount());
    return search(wanted, all, here, LocalPieces.INDEXED_MAX);
  }

  private static LocalPieces search(Metainfo wanted, PieceSet missing, Metainfo here, int most) {
    PieceSet held = PieceSet.full(here.geometry().pieceCount());
    return LocalPieces.find(wanted, missing, here, held, most);
  }

  private static List<Integer> found(LocalPieces pieces) {
    List<Integer> found = new ArrayList<>();
    PieceSet set = pieces.found();
    for (int piece = set.next(0); piece >= 0; piece = set.next(piece + 1)) {
      found.add(piece);
    }
    return found;
  }

  @Test
  void aPieceIsFoundInWhicheverFileItIsAndWhereverThere() throws IOException {
    byte[] one = bytes(4 * LEAF, 1);
    byte[] other = bytes(3 * LEAF, 2);
    Metainfo here = torrent(LEAF, one, other);
    byte[] mixed = new byte[3 * LEAF];
    System.arraycopy(other, 2 * LEAF, mixed, 0, LEAF);
    System.arraycopy(one, LEAF, mixed, 2 * LEAF, LEAF);
    LocalPieces pieces = find(torrent(LEAF, mixed), here);
    assertThat(found(pieces)).containsExactly(0, 2);
    assertThat(pieces.position(0)).isEqualTo((4 + 2) * LEAF);
    assertThat(pieces.position(2)).isEqualTo(LEAF);
    assertThatThrownBy(() -> pieces.position(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyWhatIsMissingIsLookedFor() throws IOException {
    Metainfo torrent = torrent(LEAF, bytes(4 * LEAF, 1));
    PieceSet missing = new PieceSet(4);
    missing.add(2);
    assertThat(found(search(torrent, missing, torrent, 100))).containsExactly(2);
  }

  @Test
  void onlyPiecesThatAreHeldCount() throws IOException {
    byte[] bytes = bytes(4 * LEAF, 1);
    Metainfo here = torrent(LEAF, bytes);
    PieceSet held = new PieceSet(4);
    held.add(1);
    held.add(2);
    PieceSet all = PieceSet.full(4);
    assertThat(found(LocalPieces.find(here, all, here, held, 100))).containsExactly(1, 2);
    Metainfo larger = torrent(2 * LEAF, bytes);
    PieceSet both = PieceSet.full(2);
    assertThat(found(LocalPieces.find(larger, both, here, held, 100))).as("halves").isEmpty();
    held.add(3);
    assertThat(found(LocalPieces.find(larger, both, here, held, 100))).containsExactly(1);
  }

  @Test
  void aPieceOfWhichNoByteIsTheSameIsNotFoundNorIsOneOfAnotherLength() throws IOException {
    byte[] bytes = bytes(2 * LEAF, 1);
    assertThat(found(find(torrent(LEAF, changed(bytes, LEAF - 1, LEAF)), torrent(LEAF, bytes))))
        .isEmpty();
    byte[] shorter = Arrays.copyOf(bytes, 2 * LEAF - 1);
    assertThat(found(find(torrent(LEAF, shorter), torrent(LEAF, bytes)))).containsExactly(0);
  }

  /** A file of 64 bytes can have a leaf that is a node of another file's tree. */
  @Test
  void aNodeIsNotTakenForALeaf() throws IOException {
    byte[] large = bytes(2 * LEAF, 1);
    Metainfo node = torrent(2 * LEAF, large);
    Metainfo leaves = torrent(LEAF, large);
    byte[] pair = new byte[64];
    leaves.pieceHash(0).copyTo(pair, 0);
    leaves.pieceHash(1).copyTo(pair, 32);
    Metainfo forged = torrent(2 * LEAF, pair);
    assertThat(forged.pieceHash(0)).isEqualTo(node.pieceHash(0));
    assertThat(found(find(node, forged))).isEmpty();
    assertThat(found(find(forged, node))).isEmpty();
  }

  @Test
  void aTailIsFoundAlsoWhenItIsAFileOfItsOwn() throws IOException {
    byte[] tail = bytes(LEAF / 2, 3);
    byte[] file = Arrays.copyOf(bytes(2 * LEAF, 1), 2 * LEAF + tail.length);
    System.arraycopy(tail, 0, file, 2 * LEAF, tail.length);
    assertThat(found(find(torrent(LEAF, tail), torrent(LEAF, file)))).containsExactly(0);
    assertThat(found(find(torrent(LEAF, file), torrent(LEAF, tail)))).containsExactly(2);
  }

  /** Files of 0 to 20 leaves and a bit, the same in both, one leaf changed in each. */
  @ParameterizedTest
  @CsvSource({"16, 16", "16, 64", "64, 16", "32, 256", "256, 32", "128, 128"})
  void everySpanThatIsTheSameIsFoundWhateverThePieceSizes(int wantedKib, int hereKib)
      throws IOException {
    byte[][] before = new byte[21][];
    byte[][] after = new byte[21][];
    for (int i = 0; i < before.length; i++) {
      before[i] = bytes(i * LEAF + (i % 3) * 1000, i + 10);
      after[i] = before[i].length == 0 ? before[i] : changed(before[i], before[i].length / 2);
    }
    Metainfo wanted = torrent(wantedKib * KIB, after);
    Metainfo here = torrent(hereKib * KIB, before);
    LocalPieces pieces = find(wanted, here);
    PieceGeometry geometry = wanted.geometry();
    int spanBytes = Math.max(wantedKib, hereKib) * KIB;
    for (int piece = 0; piece < geometry.pieceCount(); piece++) {
      int file = geometry.fileOf(piece);
      long offset = geometry.offsetInFile(piece);
      long span = offset / spanBytes;
      boolean same = before[file].length / 2 / spanBytes != span;
      assertThat(pieces.found().contains(piece)).as("piece %d", piece).isEqualTo(same);
      if (same) {
        long expected = (long) here.geometry().firstPiece(file) * hereKib * KIB + offset;
        assertThat(pieces.position(piece)).as("piece %d", piece).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 16", "16, 32", "32, 16"})
  void howManyAreIndexedAtOnceChangesNothing(int wantedKib, int hereKib) throws IOException {
    byte[] bytes = bytes(10 * LEAF, 1);
    Metainfo wanted = torrent(wantedKib * KIB, changed(bytes, 0), bytes(LEAF, 5));
    Metainfo here = torrent(hereKib * KIB, bytes, bytes(LEAF, 5));
    List<Integer> all = found(find(wanted, here));
    assertThat(all).isNotEmpty();
    PieceSet missing = PieceSet.full(wanted.geometry().pieceCount());
    for (int indexedMax = 1; indexedMax <= 12; indexedMax++) {
      assertThat(found(search(wanted, missing, here, indexedMax)))
          .as("%d at once", indexedMax)
          .isEqualTo(all);
    }
  }

  @Test
  void sha1sAreComparedWhereThereIsNoTreeAndPiecesAreOfOneSize() throws IOException {
    byte[] one = bytes(3 * LEAF + 100, 1);
    byte[] other = bytes(2 * LEAF, 2);
    Metainfo here = torrent(LEAF, TorrentFormat.V1, one, other);
    Metainfo changed = torrent(LEAF, TorrentFormat.V1, changed(one, LEAF), other);
    LocalPieces pieces = find(changed, here);
    assertThat(found(pieces)).containsExactly(0, 2, 3, 4, 5);
    assertThat(pieces.position(4)).isEqualTo(4 * LEAF);
    assertThat(found(find(torrent(LEAF, TorrentFormat.HYBRID, one), here)))
        .as("its last piece runs into the next file")
        .containsExactly(0, 1, 2);
    assertThat(found(find(here, torrent(LEAF, TorrentFormat.HYBRID, one))))
        .containsExactly(0, 1, 2);
    assertThat(found(find(torrent(2 * LEAF, TorrentFormat.V1, one, other), here))).isEmpty();
    assertThat(found(find(torrent(LEAF, one), here))).as("v2 has no SHA-1").isEmpty();
  }
}
