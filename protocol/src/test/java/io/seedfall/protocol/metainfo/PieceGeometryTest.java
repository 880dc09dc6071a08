package io.seedfall.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BEP 52: "each non-empty file is aligned to a piece boundary". */
final class PieceGeometryTest {
  private static final int LEAF = PieceGeometry.LEAF_BYTES;

  private record NaivePiece(int file, long offset, int length) {}

  @Test
  void everyFileBeginsANewPiece() {
    // A letter for each file, once for each leaf of a piece.
    assertThat(picture(1, 3)).isEqualTo("a a a");
    assertThat(picture(2, 3)).isEqualTo("aa a");
    assertThat(picture(2, 3, 1, 4)).isEqualTo("aa a b cc cc");
    assertThat(picture(4, 1, 1, 9)).isEqualTo("a b cccc cccc c");
  }

  @Test
  void anEmptyFileHasNoPiece() {
    assertThat(picture(2, 0)).isEmpty();
    assertThat(picture(2)).isEmpty();
    assertThat(picture(2, 0, 3, 0, 0, 1, 0)).isEqualTo("bb b e");
    PieceGeometry geometry = new PieceGeometry(LEAF, 0, LEAF, 0, 0, 1, 0);
    assertThat(geometry.firstPiece(0)).isEqualTo(0);
    assertThat(geometry.firstPiece(2)).isEqualTo(1);
    assertThat(geometry.firstPiece(3)).isEqualTo(1);
    assertThat(geometry.firstPiece(5)).isEqualTo(2);
    assertThat(geometry.pieceCount(2)).isZero();
    assertThat(geometry.pieceCount(4)).isEqualTo(1);
  }

  @Test
  void itAgreesWithTheNaiveModel() {
    Seeds.check(
        500,
        random -> {
          int pieceBytes = LEAF << random.nextInt(3);
          long[] files = new long[random.nextInt(8)];
          List<NaivePiece> pieces = new ArrayList<>();
          long total = 0;
          for (int i = 0; i < files.length; i++) {
            files[i] = Math.max(0, random.nextInt(5) * (long) pieceBytes + random.nextInt(5) - 2);
            total += files[i];
            for (long at = 0; at < files[i]; at += pieceBytes) {
              pieces.add(new NaivePiece(i, at, (int) Math.min(pieceBytes, files[i] - at)));
            }
          }
          PieceGeometry geometry = new PieceGeometry(pieceBytes, files);
          assertThat(geometry.totalBytes()).isEqualTo(total);
          assertThat(geometry.fileCount()).isEqualTo(files.length);
          assertThat(geometry.pieceCount()).isEqualTo(pieces.size());
          for (int piece = 0; piece < pieces.size(); piece++) {
            assertThat(
                    new NaivePiece(
                        geometry.fileOf(piece),
                        geometry.offsetInFile(piece),
                        geometry.pieceLength(piece)))
                .isEqualTo(pieces.get(piece));
          }
          for (int file = 0; file < files.length; file++) {
            int of = file;
            assertThat(geometry.fileBytes(file)).isEqualTo(files[file]);
            assertThat(geometry.pieceCount(file))
                .isEqualTo((int) pieces.stream().filter(piece -> piece.file() == of).count());
            assertThat(geometry.firstPiece(file))
                .isEqualTo((int) pieces.stream().filter(piece -> piece.file() < of).count());
          }
        });
  }

  @Test
  void aBlockFromAStrangerIsCheckedAgainstItsPiece() {
    PieceGeometry geometry = new PieceGeometry(2 * LEAF, 3L * LEAF - 1, 5);
    assertThat(geometry.block(0, 0, 2 * LEAF)).isEqualTo(new Block(0, 0, 2 * LEAF));
    assertThat(geometry.block(0, 2 * LEAF - 1, 1)).isNotNull();
    assertThat(geometry.block(1, 0, LEAF - 1)).isNotNull();
    assertThat(geometry.block(2, 0, 5)).isNotNull();
    assertThat(geometry.block(2, 4, 1)).isNotNull();

    assertThat(geometry.block(0, 0, 2 * LEAF + 1)).isNull();
    assertThat(geometry.block(0, 1, 2 * LEAF)).isNull();
    assertThat(geometry.block(0, 2 * LEAF, 1)).isNull();
    assertThat(geometry.block(1, 0, LEAF)).isNull();
    assertThat(geometry.block(2, 5, 1)).isNull();
    assertThat(geometry.block(3, 0, 1)).isNull();
    assertThat(geometry.block(-1, 0, 1)).isNull();
    assertThat(geometry.block(0, -1, 1)).isNull();
    assertThat(geometry.block(0, 0, 0)).isNull();
    assertThat(geometry.block(0, 0, -1)).isNull();
    assertThat(geometry.block(0, Integer.MAX_VALUE, Integer.MAX_VALUE)).isNull();
    assertThat(geometry.block(Integer.MAX_VALUE, Integer.MIN_VALUE, 1)).isNull();
  }

  @Test
  void aPieceIsCutIntoBlocks() {
    PieceGeometry geometry = new PieceGeometry(4 * LEAF, 4L * LEAF + 2 * LEAF + 7);
    assertThat(geometry.blockCount(0, LEAF)).isEqualTo(4);
    assertThat(geometry.blockCount(1, LEAF)).isEqualTo(3);
    assertThat(geometry.blockAt(0, 3, LEAF)).isEqualTo(new Block(0, 3 * LEAF, LEAF));
    assertThat(geometry.blockAt(1, 2, LEAF)).isEqualTo(new Block(1, 2 * LEAF, 7));
    for (int bad : new int[] {3, -1, 4, 1 << 18, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> geometry.blockAt(1, bad, LEAF))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aPieceThatIsNotThereHasNoPlace() {
    PieceGeometry geometry = new PieceGeometry(LEAF, 2L * LEAF);
    for (int bad : new int[] {-1, 2, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> geometry.fileOf(bad)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> geometry.pieceLength(bad))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aPieceSizeIsAPowerOfTwoFrom16KibTo64Mib() {
    assertThat(PieceGeometry.isPieceSize(LEAF)).isTrue();
    assertThat(PieceGeometry.isPieceSize(PieceGeometry.PIECE_BYTES_MAX)).isTrue();
    long most = PieceGeometry.PIECE_BYTES_MAX;
    for (long bad : new long[] {0, -LEAF, LEAF / 2, LEAF - 1, LEAF + 1, most - 1, 2 * most}) {
      assertThat(PieceGeometry.isPieceSize(bad)).isFalse();
    }
    assertThat(new PieceGeometry(PieceGeometry.PIECE_BYTES_MAX, 1).pieceCount()).isEqualTo(1);
    assertThatThrownBy(() -> new PieceGeometry(2 * PieceGeometry.PIECE_BYTES_MAX, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("power of two");
    assertThatThrownBy(() -> new PieceGeometry(LEAF - 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void piecesAndBytesHaveTheirLimits() {
    long most = (long) PieceGeometry.PIECES_MAX * LEAF;
    assertThat(new PieceGeometry(LEAF, most).pieceCount()).isEqualTo(PieceGeometry.PIECES_MAX);
    assertThat(new PieceGeometry(LEAF, most, 0).totalBytes()).isEqualTo(most);
    for (long[] tooMuch :
        new long[][] {
          {most + 1}, {most, 1}, {1, most}, {Long.MAX_VALUE}, {1, Long.MAX_VALUE, Long.MAX_VALUE}
        }) {
      assertThatThrownBy(() -> new PieceGeometry(LEAF, tooMuch))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("choose larger pieces");
    }
    assertThatThrownBy(() -> new PieceGeometry(LEAF, 1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void itKeepsItsLengthsToItself() {
    long[] files = {LEAF};
    PieceGeometry geometry = new PieceGeometry(LEAF, files);
    files[0] = 0;
    assertThat(geometry.fileBytes(0)).isEqualTo(LEAF);
  }

  private static String picture(int leavesOfPiece, int... leavesOfFiles) {
    long[] files = new long[leavesOfFiles.length];
    for (int i = 0; i < files.length; i++) {
      files[i] = (long) leavesOfFiles[i] * LEAF;
    }
    PieceGeometry geometry = new PieceGeometry(leavesOfPiece * LEAF, files);
    List<String> pieces = new ArrayList<>();
    for (int piece = 0; piece < geometry.pieceCount(); piece++) {
      String letter = String.valueOf((char) ('a' + geometry.fileOf(piece)));
      pieces.add(letter.repeat(geometry.pieceLength(piece) / LEAF));
    }
    return String.join(" ", pieces);
  }

  @Test
  void aForeignBlockMayReachIntoTheGapBehindTheFileUpToThePieceSize() {
    int piece = 4 * PieceGeometry.LEAF_BYTES;
    PieceGeometry geometry = new PieceGeometry(piece, piece + 68L);
    assertThat(geometry.block(1, 0, 69)).isNull();
    assertThat(geometry.paddedBlock(1, 0, 69)).isEqualTo(new Block(1, 0, 69));
    assertThat(geometry.paddedBlock(1, 67, piece - 67)).isNotNull();
    assertThat(geometry.paddedBlock(1, 67, piece - 66)).isNull();
    assertThat(geometry.paddedBlock(1, 68, 1)).isNull();
    assertThat(geometry.paddedBlock(2, 0, 1)).isNull();
    assertThat(geometry.unpadded(new Block(1, 0, 16_384))).isEqualTo(new Block(1, 0, 68));
    assertThat(geometry.unpadded(new Block(0, 0, 16_384))).isEqualTo(new Block(0, 0, 16_384));
  }

  @Test
  void v1PiecesRunThroughTheFiles() {
    PieceGeometry geometry = PieceGeometry.contiguous(LEAF, 10, 0, LEAF, 0, 5, 0);
    assertThat(geometry.totalBytes()).isEqualTo(LEAF + 15);
    assertThat(geometry.pieceCount()).isEqualTo(2);
    assertThat(geometry.pieceLength(0)).isEqualTo(LEAF);
    assertThat(geometry.pieceLength(1)).isEqualTo(15);
    assertThat(geometry.fileOf(1)).isEqualTo(2);
    assertThat(geometry.offsetInFile(1)).isEqualTo(LEAF - 10);
    assertThat(geometry.firstPiece(4)).isEqualTo(1);
    assertThat(geometry.pieceCount(0)).isEqualTo(1);
    assertThat(geometry.pieceCount(1)).isZero();
    assertThat(geometry.pieceCount(2)).isEqualTo(2);
    assertThat(geometry.pieceCount(5)).isZero();
    assertThat(geometry.segments(new Block(0, 0, LEAF)))
        .containsExactly(new Segment(0, 0, 10), new Segment(2, 0, LEAF - 10));
    assertThat(geometry.segments(new Block(1, 9, 6)))
        .containsExactly(new Segment(2, LEAF - 1, 1), new Segment(4, 0, 5));
    assertThat(geometry.segments(new Block(1, 10, 5))).containsExactly(new Segment(4, 0, 5));
    assertThat(geometry.paddedBlock(1, 0, 15)).isEqualTo(new Block(1, 0, 15));
    assertThat(geometry.paddedBlock(1, 0, 16)).as("v1 has no gaps").isNull();
    assertThat(geometry.paddedLength(1)).isEqualTo(15);
  }

  @Test
  void segmentsAgreeWithAMapOfEveryByte() {
    Seeds.check(
        200,
        random -> {
          boolean aligned = random.nextBoolean();
          long[] files = new long[1 + random.nextInt(8)];
          List<Long> bytes = new ArrayList<>(); // file << 32 | offset, -1 for a gap
          for (int file = 0; file < files.length; file++) {
            files[file] = random.nextInt(4) == 0 ? 0 : random.nextInt(2 * LEAF + 2);
            for (long at = 0; at < files[file]; at++) {
              bytes.add((long) file << 32 | at);
            }
            while (aligned && bytes.size() % LEAF != 0) {
              bytes.add(-1L);
            }
          }
          PieceGeometry geometry =
              aligned ? new PieceGeometry(LEAF, files) : PieceGeometry.contiguous(LEAF, files);
          assertThat(geometry.pieceCount()).isEqualTo(Math.ceilDiv(bytes.size(), LEAF));
          for (int i = 0; i < 20 && geometry.pieceCount() > 0; i++) {
            int piece = random.nextInt(geometry.pieceCount());
            int offset = random.nextInt(geometry.pieceLength(piece));
            int length = 1 + random.nextInt(geometry.pieceLength(piece) - offset);
            List<Long> found = new ArrayList<>();
            for (Segment segment : geometry.segments(new Block(piece, offset, length))) {
              assertThat(segment.length()).isPositive();
              for (long at = 0; at < segment.length(); at++) {
                found.add((long) segment.file() << 32 | (segment.offset() + at));
              }
            }
            int from = piece * LEAF + offset;
            assertThat(found).isEqualTo(bytes.subList(from, from + length));
            assertThat((long) geometry.fileOf(piece) << 32 | geometry.offsetInFile(piece))
                .isEqualTo(bytes.get(piece * LEAF));
          }
        });
  }

  @Test
  void aBlockBeyondItsPieceHasNoSegments() {
    PieceGeometry geometry = new PieceGeometry(2 * LEAF, 2L * LEAF, LEAF);
    assertThat(geometry.segments(new Block(1, 0, LEAF))).containsExactly(new Segment(1, 0, LEAF));
    for (Block bad : List.of(new Block(1, 0, LEAF + 1), new Block(2, 0, 1), new Block(0, -1, 1))) {
      assertThatThrownBy(() -> geometry.segments(bad))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void v1ClientsOfAHybridMayAskForWholePadFiles() {
    long[] files = {LEAF + 1, 7};
    PieceGeometry padded = PieceGeometry.hybrid(4 * LEAF, true, files);
    assertThat(padded.pieceLength(0)).isEqualTo(LEAF + 1);
    assertThat(padded.paddedLength(0)).isEqualTo(4 * LEAF);
    assertThat(padded.paddedLength(1)).isEqualTo(4 * LEAF);
    assertThat(padded.totalBytes()).isEqualTo(LEAF + 8);
    Block pad = new Block(0, 3 * LEAF, LEAF);
    assertThat(padded.paddedBlock(0, 3 * LEAF, LEAF)).isEqualTo(pad);
    assertThat(padded.paddedBlock(0, 3 * LEAF, LEAF + 1)).isNull();
    assertThat(padded.paddedBlock(0, 4 * LEAF, 1)).isNull();
    assertThat(padded.unpadded(pad)).isNull();
    assertThat(padded.unpadded(new Block(0, LEAF, LEAF))).isEqualTo(new Block(0, LEAF, 1));
    assertThat(padded.unpadded(new Block(0, LEAF + 1, LEAF))).isNull();
    assertThat(padded.paddedBlock(1, LEAF, LEAF)).isNotNull();
    PieceGeometry open = PieceGeometry.hybrid(4 * LEAF, false, files);
    assertThat(open.paddedLength(0)).isEqualTo(4 * LEAF);
    assertThat(open.paddedLength(1)).isEqualTo(7);
    assertThat(open.paddedBlock(1, LEAF, LEAF)).isNull();
    PieceGeometry v2 = new PieceGeometry(4 * LEAF, files);
    assertThat(v2.paddedBlock(0, 3 * LEAF, LEAF)).isNull();
    assertThat(v2.paddedLength(0)).isEqualTo(LEAF + 1);
  }

  @Test
  void v1HasTheSameLimits() {
    long most = (long) LEAF * PieceGeometry.PIECES_MAX;
    assertThat(PieceGeometry.contiguous(LEAF, most - 1, 1).pieceCount())
        .isEqualTo(PieceGeometry.PIECES_MAX);
    for (long[] tooMuch : new long[][] {{most, 1}, {1, most}, {1, Long.MAX_VALUE}}) {
      assertThatThrownBy(() -> PieceGeometry.contiguous(LEAF, tooMuch))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
