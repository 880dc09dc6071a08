package io.seedfall.control;

import java.util.Base64;

/**
 * Which pieces a machine has, coarse enough for a picture: of a file with more pieces than cells, a
 * cell stands for several, and is set when all of them are there.
 *
 * @param cells how many, at most {@link #CELLS_MAX}; 0 when nothing is said
 * @param bits one a cell, the first in the highest bit of the first byte, base64
 */
public record PieceMap(@AbsentAs("0") int cells, @AbsentAs("\"\"") String bits) {
  /** The most cells. */
  public static final int CELLS_MAX = 2_500;

  /** The most characters of the bits. */
  public static final int BITS_CHARS_MAX = chars(CELLS_MAX);

  /** Nothing is said. */
  public static final PieceMap NONE = new PieceMap(0, "");

  /** Checks that there are as many bits as cells. */
  public PieceMap {
    if (cells < 0 || cells > CELLS_MAX || bits.length() != chars(cells)) {
      throw new IllegalArgumentException(
          "pieces: "
              + cells
              + " cells in "
              + bits.length()
              + " characters (expected: at most "
              + CELLS_MAX
              + ", a bit each, base64)");
    }
    Base64.getDecoder().decode(bits);
  }

  /** Of these bits. */
  public static PieceMap of(int cells, byte[] bits) {
    return new PieceMap(cells, Base64.getEncoder().encodeToString(bits));
  }

  private static int chars(int cells) {
    return 4 * (((cells + 7) / 8 + 2) / 3);
  }
}
