package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class AskingTest {
  @Test
  void ofAHundredAnswersTheLastButOneIsTheNinetyNinth() {
    List<Long> nanos = LongStream.rangeClosed(1, 100).mapToObj(each -> each * 1_000_000).toList();
    Asking.Latency latency = Asking.Latency.of("/x", nanos, 3, 10);
    assertThat(latency.answers()).isEqualTo(100);
    assertThat(latency.failures()).isEqualTo(3);
    assertThat(latency.medianMillis()).isEqualTo(50.5);
    assertThat(latency.p99Millis()).isEqualTo(99);
    assertThat(latency.maxMillis()).isEqualTo(100);
  }

  @Test
  void ofFewAnswersThePercentileIsTheLongestAndOfNoneNothing() {
    assertThat(Asking.Latency.percentile(new double[] {3, 1, 2}, 0.99)).isEqualTo(3);
    assertThat(Asking.Latency.percentile(new double[0], 0.99)).isZero();
  }
}
