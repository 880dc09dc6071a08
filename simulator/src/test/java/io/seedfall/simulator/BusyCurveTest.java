package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class BusyCurveTest {
  @Test
  void nothingIsLostWhenBucketsBecomeWider() {
    BusyCurve curve = new BusyCurve();
    for (long at = 0; at < 1_000_000; at += 1_000) {
      curve.add(at, at + 500);
    }
    assertThat(curve.totalNanos()).isCloseTo(500_000, within(1e-3));
    double[] shares = curve.shares(1, 1_000_000);
    assertThat(shares).hasSizeBetween(BusyCurve.BUCKETS / 2, BusyCurve.BUCKETS);
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      long width = Math.min(curve.bucketNanos(), 1_000_000 - i * curve.bucketNanos());
      sum += shares[i] * width;
    }
    assertThat(sum).isCloseTo(500_000, within(1e-3));
  }

  @Test
  void aShareOfAnUplinkCountsAsSuch() {
    BusyCurve curve = new BusyCurve();
    curve.add(0, 400_000, 0.25);
    curve.add(0, 400_000, 0.5);
    double[] shares = curve.shares(2, 400_000);
    for (double share : shares) {
      assertThat(share).isCloseTo(0.375, within(1e-9));
    }
  }
}
