package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RequestRateTest {
  @Test
  void anAddressIsHeardSoOftenInASecondAndAgainInTheNext() {
    RequestRate rate = new RequestRate(2, 100);
    assertThat(rate.admits("10.0.0.1", 1_000)).isTrue();
    assertThat(rate.admits("10.0.0.1", 1_001)).isTrue();
    assertThat(rate.admits("10.0.0.1", 1_999)).isFalse();
    assertThat(rate.admits("10.0.0.2", 1_999)).isTrue();
    assertThat(rate.admits("10.0.0.1", 2_000)).isTrue();
  }

  @Test
  void allTogetherAreHeardSoOftenInASecond() {
    RequestRate rate = new RequestRate(2, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(rate.admits("10.0.0." + i, 5)).isTrue();
    }
    assertThat(rate.admits("10.0.0.9", 5)).isFalse();
    assertThat(rate.admits("10.0.0.9", 1_005)).isTrue();
  }

  @Test
  void aLongerSpanIsCountedAsAWholeAndSaysWhenItEnds() {
    RequestRate rate = new RequestRate(1, 9, 60_000);
    assertThat(rate.admits("10.0.0.1", 60_000)).isTrue();
    assertThat(rate.admits("10.0.0.1", 119_999)).isFalse();
    assertThat(rate.secondsLeft(60_000)).isEqualTo(60);
    assertThat(rate.secondsLeft(119_999)).isEqualTo(1);
    assertThat(rate.admits("10.0.0.1", 120_000)).isTrue();
  }
}
