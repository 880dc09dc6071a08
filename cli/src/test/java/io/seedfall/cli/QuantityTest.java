package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class QuantityTest {
  @Test
  void sizesAreDecimalWithAPlainLetterAndBinaryWithAnI() {
    assertThat(Quantity.bytes("0")).isZero();
    assertThat(Quantity.bytes("17")).isEqualTo(17);
    assertThat(Quantity.bytes("17B")).isEqualTo(17);
    assertThat(Quantity.bytes("1kB")).isEqualTo(1_000);
    assertThat(Quantity.bytes("1KiB")).isEqualTo(1_024);
    assertThat(Quantity.bytes("5GB")).isEqualTo(5_000_000_000L);
    assertThat(Quantity.bytes("1GiB")).isEqualTo(1_073_741_824L);
    assertThat(Quantity.bytes("1.5 MB")).isEqualTo(1_500_000);
    assertThat(Quantity.bytes("2TiB")).isEqualTo(2L << 40);
  }

  @Test
  void theLargestSizeIsTheLargestLong() {
    assertThat(Quantity.bytes("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    refused(() -> Quantity.bytes("9223372036854775808"));
    refused(() -> Quantity.bytes("99999999999TiB"));
  }

  @Test
  void whatIsNoSizeIsRefusedWithWhatWasExpected() {
    for (String text : new String[] {"", "GB", "-1", "1 G B", "1gb", "1e9", "1,5GB", "5Gbit"}) {
      assertThatThrownBy(() -> Quantity.bytes(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not a size: " + text)
          .hasMessageContaining("expected");
    }
  }

  @Test
  void ratesAreInBytesOrBitsASecond() {
    assertThat(Quantity.bytesPerSecond("10MB/s")).isEqualTo(10_000_000);
    assertThat(Quantity.bytesPerSecond("10MB")).isEqualTo(10_000_000);
    assertThat(Quantity.bytesPerSecond("1MiB/s")).isEqualTo(1_048_576);
    assertThat(Quantity.bytesPerSecond("40Gbit")).isEqualTo(5_000_000_000L);
    assertThat(Quantity.bytesPerSecond("100Mbit/s")).isEqualTo(12_500_000);
    assertThat(Quantity.bytesPerSecond("100mbit")).isEqualTo(12_500_000);
    assertThat(Quantity.bytesPerSecond("8bit")).isEqualTo(1);
    refused(() -> Quantity.bytesPerSecond("7bit"));
    refused(() -> Quantity.bytesPerSecond("0MB/s"));
    refused(() -> Quantity.bytesPerSecond("10"));
    refused(() -> Quantity.bytesPerSecond("fast"));
  }

  @Test
  void durationsNeedAUnit() {
    assertThat(Quantity.duration("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Quantity.duration("10s")).isEqualTo(Duration.ofSeconds(10));
    assertThat(Quantity.duration("1.5h")).isEqualTo(Duration.ofMinutes(90));
    assertThat(Quantity.duration("2d")).isEqualTo(Duration.ofDays(2));
    refused(() -> Quantity.duration("10"));
    refused(() -> Quantity.duration("10y"));
  }

  @Test
  void textForReadersHasThreeDigitsAndAUnit() {
    assertThat(Quantity.bytesText(0)).isEqualTo("0 B");
    assertThat(Quantity.bytesText(999)).isEqualTo("999 B");
    assertThat(Quantity.bytesText(1_000)).isEqualTo("1.00 kB");
    assertThat(Quantity.bytesText(12_345_678)).isEqualTo("12.3 MB");
    assertThat(Quantity.bytesText(1_073_741_824)).isEqualTo("1.07 GB");
    assertThat(Quantity.bytesText(999_999)).isEqualTo("1.00 MB");
    assertThat(Quantity.bytesText(Long.MAX_VALUE)).isEqualTo("9.22 EB");
    assertThat(Quantity.rateText(112e6)).isEqualTo("112 MB/s");
    assertThat(Quantity.timeText(Duration.ofMillis(840))).isEqualTo("0.8 s");
    assertThat(Quantity.timeText(Duration.ofSeconds(41))).isEqualTo("41 s");
    assertThat(Quantity.timeText(Duration.ofSeconds(185))).isEqualTo("3 min 05 s");
    assertThat(Quantity.timeText(Duration.ofMinutes(130))).isEqualTo("2 h 10 min");
  }

  @Test
  void sharesArePercentages() {
    assertThat(Quantity.share("0%")).isZero();
    assertThat(Quantity.share("2%")).isEqualTo(0.02);
    assertThat(Quantity.share("0.5 %")).isEqualTo(0.005);
    assertThat(Quantity.share("100%")).isEqualTo(1);
    refused(() -> Quantity.share("100.1%"));
    refused(() -> Quantity.share("-1%"));
    refused(() -> Quantity.share("0.02"));
    refused(() -> Quantity.share("%"));
  }

  @Test
  void cardsAndPiecesAreShownAsPeopleNameThem() {
    assertThat(Quantity.bitRateText(5_000_000_000L)).isEqualTo("40 Gbit/s");
    assertThat(Quantity.bitRateText(312_500_000)).isEqualTo("2.5 Gbit/s");
    assertThat(Quantity.bitRateText(12_500_000)).isEqualTo("100 Mbit/s");
    assertThat(Quantity.bitRateText(50_000_000_000L)).isEqualTo("400 Gbit/s");
    assertThat(Quantity.binaryText(1 << 20)).isEqualTo("1 MiB");
    assertThat(Quantity.binaryText(64 << 10)).isEqualTo("64 KiB");
    assertThat(Quantity.binaryText(1_000)).isEqualTo("1.00 kB");
  }

  private static void refused(Runnable parse) {
    assertThatThrownBy(parse::run).isInstanceOf(IllegalArgumentException.class);
  }
}
