package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {
  private static final long SECOND_IN_NANOS = 1_000_000_000L;

  @Test
  void withoutALimitNobodyWaits() {
    RateLimiter limiter = new RateLimiter(0);
    assertThat(limiter.limits()).isFalse();
    assertThat(limiter.reserve(Long.MAX_VALUE, 5)).isZero();
  }

  @Test
  void aNegativeRateIsRefused() {
    assertThatThrownBy(() -> new RateLimiter(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void theSumIsTheRateOverAFewSeconds() {
    Seeds.check(
        50,
        random -> {
          long rate = random.nextLong(10_000, 1_000_000_000L);
          RateLimiter limiter = new RateLimiter(rate);
          long now = 0;
          long passed = 0;
          while (now < 5 * SECOND_IN_NANOS) {
            int bytes = random.nextInt(1, 64 * 1024);
            now += limiter.reserve(bytes, now);
            passed += bytes;
          }
          double bytesPerSecond = passed * 1e9 / now;
          assertThat(bytesPerSecond / rate).isBetween(0.97, 1.03 + 64 * 1024 * 1e9 / now / rate);
        });
  }

  @Test
  void whoComesFirstPassesFirst() {
    RateLimiter limiter = new RateLimiter(1000);
    assertThat(limiter.reserve(1000, 0)).isZero();
    long second = limiter.reserve(1000, 0);
    long third = limiter.reserve(1, 0);
    assertThat(second).isEqualTo(SECOND_IN_NANOS);
    assertThat(third).isEqualTo(second + SECOND_IN_NANOS);
  }

  @Test
  void aPauseEarnsNoMoreThanTheBurst() {
    RateLimiter limiter = new RateLimiter(1_000_000);
    limiter.reserve(1, 0);
    long later = 100 * SECOND_IN_NANOS;
    long burstBytes = 1_000_000 * RateLimiter.BURST_NANOS / SECOND_IN_NANOS;
    assertThat(limiter.reserve(burstBytes, later)).isZero();
    assertThat(limiter.reserve(1, later)).isZero(); // exactly used up
    assertThat(limiter.reserve(1, later)).isPositive();
  }

  @Test
  void aRateThatChangesLeavesEverybodyItsPlace() {
    RateLimiter limiter = new RateLimiter(1_000);
    limiter.reserve(10_000, 0);
    limiter.rate(2_000, SECOND_IN_NANOS); // a thousand have passed
    assertThat(limiter.reserve(1_000, SECOND_IN_NANOS)).isEqualTo(9 * SECOND_IN_NANOS / 2);
    limiter.rate(1_000, 2 * SECOND_IN_NANOS); // two thousand more
    assertThat(limiter.reserve(1, 2 * SECOND_IN_NANOS)).isEqualTo(8 * SECOND_IN_NANOS);
  }

  @Test
  void whoNoLongerWantsToWaitDoesNot() {
    RateLimiter limiter = new RateLimiter(1);
    limiter.await(1_000_000, () -> true);
    limiter.await(1_000_000, () -> true); // a million seconds, were it not cancelled
  }
}
