package io.seedfall.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MetersTest {
  private static final Metric BYTES =
      Metric.counter("seedfall_test_received_bytes_total", "Bytes that came.", "from");
  private static final Metric DEPTH = Metric.gauge("seedfall_test_depth", "What waits.");
  private static final Metric WRITES =
      Metric.times("seedfall_test_write_seconds", "Writes and their time.");
  private static final Metric TURN =
      Metric.histogram("seedfall_test_turn_seconds", "What a turn takes.");

  private final Meters meters = new Meters(List.of(BYTES, DEPTH, WRITES, TURN));

  @Test
  void aScrapeHasWhatIsSoAtThatMomentUnderTheNamesOfTheTable() {
    AtomicLong bytes = new AtomicLong(7);
    meters.counter(BYTES, bytes::get, "peers");
    meters.gauge(DEPTH, () -> 3);
    meters.times(WRITES, () -> 4, () -> 2_500_000_000L);
    Meters.Stopwatch turn =
        meters.histogram(TURN, List.of(Duration.ofMillis(10), Duration.ofSeconds(1)));
    turn.took(5_000_000);
    turn.took(500_000_000);
    turn.took(-1); // a clock of somebody else's: no time at all
    bytes.addAndGet(5);
    assertThat(meters.scrape().lines())
        .contains(
            "# HELP seedfall_test_received_bytes_total Bytes that came.",
            "# TYPE seedfall_test_received_bytes_total counter",
            "seedfall_test_received_bytes_total{from=\"peers\"} 12.0",
            "seedfall_test_depth 3.0",
            "seedfall_test_write_seconds_count 4",
            "seedfall_test_write_seconds_sum 2.5",
            "seedfall_test_turn_seconds_bucket{le=\"0.01\"} 2",
            "seedfall_test_turn_seconds_bucket{le=\"1.0\"} 3",
            "seedfall_test_turn_seconds_bucket{le=\"+Inf\"} 3",
            "seedfall_test_turn_seconds_count 3",
            "seedfall_test_turn_seconds_max 0.5");
  }

  @Test
  void whatIsLookedAtStaysEvenIfNobodyElseHasIt() {
    meters.counter(BYTES, new AtomicLong(7)::get, "peers");
    meters.times(WRITES, new AtomicLong(4)::get, new AtomicLong(1_000_000_000)::get);
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    assertThat(meters.scrape().lines())
        .contains(
            "seedfall_test_received_bytes_total{from=\"peers\"} 7.0",
            "seedfall_test_write_seconds_count 4");
  }

  @Test
  void theJvmIsAlwaysThere() {
    String text = meters.scrape();
    for (Metric metric : JvmMetrics.TABLE) {
      assertThat(metric.queried()).allSatisfy(name -> assertThat(text).contains("\n" + name));
    }
  }

  @Test
  void whatIsNotInTheTableIsNotRegistered() {
    Metric other = Metric.gauge("seedfall_test_other", "Something else.");
    assertThatIllegalStateException().isThrownBy(() -> meters.gauge(other, () -> 1));
    assertThatIllegalStateException().isThrownBy(() -> meters.gauge(BYTES, () -> 1, "peers"));
    assertThatIllegalStateException().isThrownBy(() -> meters.counter(BYTES, () -> 1));
  }

  @Test
  void aProcessHasSoManySeries() {
    Meters small = new Meters(List.of(BYTES, WRITES, TURN), 3);
    small.counter(BYTES, () -> 1, "peers");
    small.times(WRITES, () -> 1, () -> 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> small.counter(BYTES, () -> 1, "holders"))
        .withMessageContaining("3 series");
    Meters tiny = new Meters(List.of(TURN), 5);
    List<Duration> one = List.of(Duration.ofMillis(1));
    assertThat(tiny.histogram(TURN, one)).isNotNull();
    Meters less = new Meters(List.of(TURN), 4);
    assertThatIllegalStateException().isThrownBy(() -> less.histogram(TURN, one));
  }

  @Test
  void namesFollowTheConventions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.counter("seedfall_bytes", "Bytes."));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.gauge("seedfall_bytes_total", "Bytes."));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.histogram("seedfall_turn", "A turn."));
    assertThatIllegalArgumentException().isThrownBy(() -> Metric.gauge("seedfall-turn", "A turn."));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.gauge("seedfall_a", "no sentence"));
  }
}
