package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ControlResultTest {
  private static ControlResult result(double assigned, double answer, double back, int failed) {
    long rss = 1L << 30;
    return new ControlResult(
        10_000,
        2,
        0.5,
        List.of(new ControlResult.Span("all assigned", assigned, 1)),
        List.of(new Asking.Latency("/api/v1/status", 9, 0, 1, 2, 3, 4)),
        1,
        2,
        failed,
        rss,
        30,
        "{}",
        ControlResult.aims(assigned, answer, back, failed, rss));
  }

  @Test
  void everyAimIsMetAtItsLimitAndMissedBeyond() {
    ControlResult met = result(5, 200, 30, 0);
    assertThat(met.meetsAll()).isTrue();
    assertThat(String.join("\n", met.text())).doesNotContain("MISSED").contains("load 0.5 before");
    assertThat(result(5.01, 200, 30, 0).meetsAll()).isFalse();
    assertThat(result(5, 200.1, 30, 0).meetsAll()).isFalse();
    assertThat(result(5, 200, 30.1, 0).meetsAll()).isFalse();
    assertThat(String.join("\n", result(5, 200, 30, 1).text())).contains("MISSED");
  }
}
