package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class UnitsTest {
  @Test
  void timesGoDownToTheNanosecond() {
    assertThat(Units.nanos("1ns")).isEqualTo(1);
    assertThat(Units.nanos("75us")).isEqualTo(75_000);
    assertThat(Units.nanos("1.5ms")).isEqualTo(1_500_000);
    assertThat(Units.nanos("2 s")).isEqualTo(2_000_000_000L);
    assertThat(Units.nanos("1d")).isEqualTo(86_400_000_000_000L);
  }

  @Test
  void sizesAreDecimalOrBinaryAndRatesInBytesOrBits() {
    assertThat(Units.bytes("5GB")).isEqualTo(5_000_000_000L);
    assertThat(Units.bytes("16MiB")).isEqualTo(16L << 20);
    assertThat(Units.bytesPerSecond("40Gbit")).isEqualTo(5_000_000_000L);
    assertThat(Units.bytesPerSecond("10MB/s")).isEqualTo(10_000_000L);
  }

  @Test
  void bitsAreReadInSmallLettersAndBytesAreNot() {
    for (String text : new String[] {"100mbit", "100Mbit", "100MBIT", "0.1gbit", "100000kbit/s"}) {
      assertThat(Units.bytesPerSecond(text)).as(text).isEqualTo(12_500_000L);
    }
    assertThat(Units.bytesPerSecond("2.5gbit")).isEqualTo(312_500_000L);
    assertThat(Units.bytesPerSecond("1tbit")).isEqualTo(125_000_000_000L);
    assertThat(Units.bytesPerSecond("8bit")).isEqualTo(1);
    for (String text : new String[] {"10mb", "10mb/s", "10mib", "100mbits", "100mbps", "mbit"}) {
      assertThatThrownBy(() -> Units.bytesPerSecond(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not a rate: " + text + " (expected for instance");
    }
  }

  @Test
  void whatIsNoQuantityIsRefusedWithWhatWasExpected() {
    assertThatThrownBy(() -> Units.nanos("10"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a time: 10 (expected");
    assertThatThrownBy(() -> Units.bytes("many")).hasMessageStartingWith("not a size: many");
    assertThatThrownBy(() -> Units.bytesPerSecond("7bit")).hasMessageStartingWith("not a rate");
    assertThatThrownBy(() -> Units.nanos("99999999999999999999d"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
