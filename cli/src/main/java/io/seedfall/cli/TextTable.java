package io.seedfall.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of text for a terminal or a pipe: a header, columns as wide as their widest cell, numbers
 * to the right. Control characters in a cell (names come from other machines) are shown as {@code
 * ?}, so that no name can move the cursor.
 */
public final class TextTable {
  private final String[] header;
  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  /** A column whose title begins with {@code >} is aligned to the right. */
  public TextTable(String... titles) {
    header = new String[titles.length];
    right = new boolean[titles.length];
    for (int i = 0; i < titles.length; i++) {
      right[i] = titles[i].startsWith(">");
      header[i] = right[i] ? titles[i].substring(1) : titles[i];
    }
  }

  /** Adds a row with one cell a column. */
  public void row(String... cells) {
    if (cells.length != header.length) {
      throw new IllegalArgumentException(
          "cells: %d (expected: %d)".formatted(cells.length, header.length));
    }
    String[] clean = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      clean[i] = printable(cells[i]);
    }
    rows.add(clean);
  }

  /** The same text with every control character replaced. */
  public static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\u2028\u2029]", "?");
  }

  /** The lines, header first. */
  public List<String> lines() {
    int[] widths = new int[header.length];
    widen(widths, header);
    rows.forEach(row -> widen(widths, row));
    List<String> lines = new ArrayList<>();
    lines.add(line(widths, header));
    rows.forEach(row -> lines.add(line(widths, row)));
    return lines;
  }

  private static void widen(int[] widths, String[] cells) {
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], width(cells[i]));
    }
  }

  private String line(int[] widths, String[] cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String padding = " ".repeat(widths[i] - width(cells[i]));
      line.append(i == 0 ? "" : "  ");
      line.append(right[i] ? padding + cells[i] : cells[i] + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
