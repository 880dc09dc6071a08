package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.metainfo.PieceGeometry;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BundlesTest {
  private static final int PIECE = 64 * 1024;

  private static Bundles of(long... fileBytes) {
    return new Bundles(new PieceGeometry(PIECE, fileBytes));
  }

  private static Bundles ofFiles(int files, long fileBytes) {
    long[] lengths = new long[files];
    Arrays.fill(lengths, fileBytes);
    return of(lengths);
  }

  @Test
  void thePiecesOfOneFileAreAlone() {
    Bundles bundles = of(10L * PIECE + 1);

    assertThat(bundles.most()).isEqualTo(1);
    for (int piece = 0; piece < 11; piece++) {
      assertThat(bundles.first(piece)).isEqualTo(piece);
      assertThat(bundles.end(piece)).isEqualTo(piece + 1);
    }
  }

  @Test
  void aBundleHoldsAsManyNeighboursAsOnePieceHasBytes() {
    Bundles bundles = ofFiles(40, 4096);

    assertThat(bundles.most()).isEqualTo(16);
    assertThat(bundles.first(15)).isZero();
    assertThat(bundles.end(0)).isEqualTo(16);
    assertThat(bundles.first(16)).isEqualTo(16);
    assertThat(bundles.end(39)).isEqualTo(40);
  }

  @Test
  void oneByteTooManyBeginsTheNextBundle() {
    assertThat(of(PIECE / 2, PIECE / 2).end(0)).isEqualTo(2);
    assertThat(of(PIECE / 2, PIECE / 2 + 1).end(0)).isEqualTo(1);
  }

  @Test
  void aBundleHoldsNoMoreThanItsLimitOfPieces() {
    assertThat(ofFiles(Bundles.PIECES_MAX, 1).end(0)).isEqualTo(Bundles.PIECES_MAX);
    assertThat(ofFiles(Bundles.PIECES_MAX + 1, 1).end(0)).isEqualTo(Bundles.PIECES_MAX);
    assertThat(ofFiles(3 * Bundles.PIECES_MAX, 1).most()).isEqualTo(Bundles.PIECES_MAX);
  }

  @Test
  void theTailOfAFileGoesWithTheSmallFilesBehindIt() {
    Bundles bundles = of(PIECE + 7000, 100, 200, PIECE, 5);

    assertThat(bundles.end(0)).isEqualTo(1);
    assertThat(bundles.first(3)).isEqualTo(1);
    assertThat(bundles.end(1)).isEqualTo(4);
    assertThat(bundles.end(4)).isEqualTo(5);
    assertThat(bundles.first(5)).isEqualTo(5);
  }

  @Test
  void whatFitsUnderOneGrantAscendsAndIsNoLongerThanAPiece() {
    Bundles bundles = ofFiles(100, 4096);

    assertThat(bundles.fitOneGrant(new int[] {99})).isTrue();
    assertThat(bundles.fitOneGrant(new int[] {3, 50, 99})).isTrue();
    assertThat(bundles.fitOneGrant(Brain.range(16))).isTrue();
    assertThat(bundles.fitOneGrant(Brain.range(17))).isFalse();
    assertThat(bundles.fitOneGrant(new int[] {})).isFalse();
    assertThat(bundles.fitOneGrant(new int[] {100})).isFalse();
    assertThat(bundles.fitOneGrant(new int[] {-1, 3})).isFalse();
    assertThat(bundles.fitOneGrant(new int[] {3, 3})).isFalse();
    assertThat(bundles.fitOneGrant(new int[] {4, 3})).isFalse();
  }

  @Test
  void noMoreThanTheLimitOfPiecesFitsUnderOneGrant() {
    Bundles bundles = ofFiles(100, 1);

    assertThat(bundles.fitOneGrant(Brain.range(Bundles.PIECES_MAX))).isTrue();
    assertThat(bundles.fitOneGrant(Brain.range(Bundles.PIECES_MAX + 1))).isFalse();
  }
}
