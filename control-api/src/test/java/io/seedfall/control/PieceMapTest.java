package io.seedfall.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PieceMapTest {
  private static final String HEAD =
      "{\"deploymentId\":\"d\",\"phase\":\"FETCHING\",\"why\":\"\",\"bytesDone\":0,"
          + "\"bytesFromHolders\":0,\"bytesFromPeers\":0,\"elapsedMillis\":0";

  @Test
  void asManyCellsAsThereMayBeAndNoneMore() {
    PieceMap most = PieceMap.of(PieceMap.CELLS_MAX, new byte[(PieceMap.CELLS_MAX + 7) / 8]);
    assertThat(most.bits()).hasSize(PieceMap.BITS_CHARS_MAX);
    assertThatThrownBy(() -> PieceMap.of(PieceMap.CELLS_MAX + 1, new byte[313]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PieceMap(-1, "")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theBitsHaveToBeThereAndBase64() {
    for (String bits : new String[] {"", "gA=", "gAE=gAE=", "****"}) {
      assertThatThrownBy(() -> new PieceMap(8, bits)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new PieceMap(8, "gA==")).isEqualTo(PieceMap.of(8, new byte[] {(byte) 0x80}));
  }

  @Test
  void anAgentThatSaysNothingAboutPiecesIsUnderstood() {
    assertThat(ControlJson.decode((HEAD + "}").getBytes(UTF_8), MachineReport.class))
        .isInstanceOfSatisfying(
            Decoded.Value.class,
            value -> assertThat(((MachineReport) value.value()).pieces()).isEqualTo(PieceMap.NONE));
  }

  @Test
  void aMapThatLiesAboutItsSizeIsRefused() {
    String report = HEAD + ",\"pieces\":{\"cells\":2500,\"bits\":\"gA==\"}}";
    assertThat(ControlJson.decode(report.getBytes(UTF_8), MachineReport.class))
        .isInstanceOf(Decoded.Malformed.class);
  }
}
