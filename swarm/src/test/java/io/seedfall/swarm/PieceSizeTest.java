package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/decisions/0010-piece-and-block-size.md. */
final class PieceSizeTest {
  private static final long KIB = 1024;

  @ParameterizedTest
  @CsvSource({
    "0, 64",
    "1, 64",
    "92681000, 64",
    "92682000, 128",
    "134217728, 128",
    "500000000, 512",
    "1000000000, 1024",
    "5000000000, 1024",
    "7414000000, 1024",
    "7416000000, 2048",
    "20000000000, 4096",
    "9223372036854775807, 4096"
  })
  void aFileHasAboutAThousandPiecesUntilTheyAreOneMebibyte(long fileBytes, long pieceKibibytes) {
    assertThat(SwarmSettings.pieceBytesFor(fileBytes)).isEqualTo(pieceKibibytes * KIB);
  }
}
