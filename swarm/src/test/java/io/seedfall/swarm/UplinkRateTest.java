package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UplinkRateTest {
  private static final long WINDOW = UplinkRate.WINDOW_NANOS;
  private final UplinkRate rate = new UplinkRate();

  @Test
  void nothingIsKnownBeforeAWindowIsOver() {
    assertThat(rate.bytesPerSecond()).isZero();
    rate.sent(1000, 0);
    rate.sent(1000, WINDOW - 1);
    assertThat(rate.bytesPerSecond()).isZero();
    rate.sent(1, WINDOW);
    assertThat(rate.bytesPerSecond()).isEqualTo(2000 * 1_000_000_000L / WINDOW);
  }

  @Test
  void theBestWindowCountsAndNotTheLast() {
    rate.sent(5000, 0);
    rate.sent(10, WINDOW);
    rate.sent(20, 5 * WINDOW);
    assertThat(rate.bytesPerSecond()).isEqualTo(5000 * 1_000_000_000L / WINDOW);
  }

  @Test
  void whatIsTooLongAgoIsForgotten() {
    rate.sent(5000, 0);
    rate.sent(10, WINDOW);
    rate.sent(1, (UplinkRate.WINDOWS - 1) * WINDOW);
    assertThat(rate.bytesPerSecond()).isEqualTo(5000 * 1_000_000_000L / WINDOW);
    rate.sent(1, UplinkRate.WINDOWS * WINDOW);
    assertThat(rate.bytesPerSecond()).isEqualTo(10 * 1_000_000_000L / WINDOW);
    rate.sent(1, 1000 * UplinkRate.WINDOWS * WINDOW);
    assertThat(rate.bytesPerSecond()).isZero();
  }
}
