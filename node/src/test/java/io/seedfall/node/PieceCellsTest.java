package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.PieceSet;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class PieceCellsTest {
  private static BitSet set(PieceCells cells) {
    BitSet set = new BitSet();
    byte[] bits = cells.packed();
    for (int cell = 0; cell < 8 * bits.length; cell++) {
      set.set(cell, (bits[cell >> 3] & (0x80 >> (cell & 7))) != 0);
    }
    return set;
  }

  @Test
  void eachPieceHasItsCellWhileThereAreEnough() {
    PieceSet have = new PieceSet(10);
    have.add(0);
    PieceCells cells = new PieceCells(have);
    assertThat(cells.cells()).isEqualTo(10);
    cells.add(9);
    assertThat(cells.packed()).containsExactly(0x80, 0x40);
  }

  @Test
  void theMostPiecesThatHaveACellEach() {
    PieceCells cells = new PieceCells(new PieceSet(Transfer.PIECE_CELLS_MAX));
    cells.add(Transfer.PIECE_CELLS_MAX - 1);
    assertThat(set(cells).stream()).containsExactly(Transfer.PIECE_CELLS_MAX - 1);
  }

  @Test
  void ofOneMoreTwoShareACellThatIsSetWhenBothAreHere() {
    int pieces = Transfer.PIECE_CELLS_MAX + 1;
    PieceCells cells = new PieceCells(new PieceSet(pieces));
    assertThat(cells.cells()).isEqualTo(Transfer.PIECE_CELLS_MAX);
    cells.add(0);
    assertThat(set(cells).isEmpty()).isTrue();
    cells.add(1);
    assertThat(set(cells).stream()).containsExactly(0);
    for (int piece = 2; piece < pieces; piece++) {
      cells.add(piece);
    }
    assertThat(set(cells).cardinality()).isEqualTo(Transfer.PIECE_CELLS_MAX);
    assertThatThrownBy(() -> cells.add(5)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasHereBeforeCounts() {
    assertThat(set(new PieceCells(PieceSet.full(5_000))).cardinality())
        .isEqualTo(Transfer.PIECE_CELLS_MAX);
  }
}
