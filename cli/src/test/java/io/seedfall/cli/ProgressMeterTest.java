package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ProgressMeterTest {
  private static final long SECOND = 1_000_000_000L;

  private final ProgressMeter meter = new ProgressMeter();

  @Test
  void nothingIsKnownFromOneSample() {
    meter.sample(0, 0);
    assertThat(meter.bytesPerSecond()).isZero();
    assertThat(meter.timeLeft(10)).isEqualTo("?");
    assertThat(meter.timeLeft(0)).isEqualTo("0.0 s");
  }

  @Test
  void theRateIsThatOfTheLastSeconds() {
    for (int second = 0; second <= 20; second++) {
      meter.sample(second * SECOND, second <= 10 ? 0 : (second - 10) * 100L);
    }
    assertThat(meter.bytesPerSecond()).isEqualTo(100.0, within(1e-9));
    assertThat(meter.timeLeft(1_000)).isEqualTo("10.0 s");
  }

  @Test
  void aStandstillHasNoTimeLeft() {
    for (int second = 0; second <= 20; second++) {
      meter.sample(second * SECOND, 500);
    }
    assertThat(meter.bytesPerSecond()).isZero();
    assertThat(meter.timeLeft(1)).isEqualTo("?");
  }
}
