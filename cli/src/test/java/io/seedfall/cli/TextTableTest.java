package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TextTableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCellAndNumbersStandRight() {
    TextTable table = new TextTable("NAME", ">SIZE", "WHY");
    table.row("a", "9 B", "");
    table.row("böhm", "1.00 GB", "none");
    assertThat(table.lines())
        .containsExactly("NAME     SIZE  WHY", "a         9 B", "böhm  1.00 GB  none");
  }

  @Test
  void aNameCannotMoveTheCursor() {
    TextTable table = new TextTable("NAME");
    table.row("a\u001b[2Jb\nc\u202ed");
    assertThat(table.lines()).containsExactly("NAME", "a?[2Jb?c?d");
  }

  @Test
  void aRowHasOneCellAColumn() {
    assertThatThrownBy(() -> new TextTable("A", "B").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cells: 1 (expected: 2)");
  }
}
