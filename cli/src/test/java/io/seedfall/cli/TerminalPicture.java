package io.seedfall.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a terminal shows after those bytes: as much of one as {@code seedfall top} needs, which is
 * another screen, the cursor's home, the end of line and screen, and lines.
 */
final class TerminalPicture {
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\?)?([0-9;]*)([A-Za-z])");

  private final char[][] cells;
  private final List<String> unknown = new ArrayList<>();
  private boolean otherScreen;
  private boolean cursorHidden;
  private int row;
  private int column;

  TerminalPicture(int rows, int columns, String text) {
    cells = new char[rows][columns];
    clear(0, 0);
    Matcher sequence = SEQUENCE.matcher(text);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\u001b' && sequence.find(i) && sequence.start() == i) {
        apply(sequence.group(1) != null, sequence.group(2), sequence.group(3));
        i = sequence.end() - 1;
      } else {
        put(text.charAt(i));
      }
    }
  }

  private void apply(boolean mode, String numbers, String what) {
    switch ((mode ? "?" : "") + (mode ? numbers : "") + what) {
      case "?1049h" -> {
        otherScreen = true;
        clear(0, 0);
      }
      case "?1049l" -> otherScreen = false;
      case "?25l" -> cursorHidden = true;
      case "?25h" -> cursorHidden = false;
      case "?7l", "?7h", "m" -> {}
      case "H" -> {
        row = 0;
        column = 0;
      }
      case "K" -> Arrays.fill(cells[row], column, cells[row].length, ' ');
      case "J" -> clear(row, column);
      default -> unknown.add(numbers + what);
    }
  }

  private void clear(int fromRow, int fromColumn) {
    for (int i = fromRow; i < cells.length; i++) {
      Arrays.fill(cells[i], i == fromRow ? fromColumn : 0, cells[i].length, ' ');
    }
  }

  private void put(char c) {
    switch (c) {
      case '\r' -> column = 0;
      case '\n' -> row = Math.min(row + 1, cells.length - 1);
      default -> {
        cells[row][Math.min(column, cells[row].length - 1)] = c;
        column = Math.min(column + 1, cells[row].length - 1);
      }
    }
  }

  boolean otherScreen() {
    return otherScreen;
  }

  boolean cursorHidden() {
    return cursorHidden;
  }

  /** Sequences that no terminal of ours knows. */
  List<String> unknown() {
    return unknown;
  }

  List<String> lines() {
    return Arrays.stream(cells).map(line -> new String(line).stripTrailing()).toList();
  }

  String text() {
    return String.join("\n", lines());
  }
}
