package io.seedfall.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one process, and the text that Prometheus reads. Those who measure keep plain
 * numbers; they are looked at when somebody scrapes. What is registered has to be in the table, and
 * all of it together has at most {@link #SERIES_MAX} series. Register from one thread; any thread
 * may scrape and record.
 */
public final class Meters {
  /** So many series there are at most: what one process says in one scrape. */
  public static final int SERIES_MAX = 2_000;

  /** What {@link #scrape} gives. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String TOTAL = "_total";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Metric> table;

  /** What is looked at: the library would let go of it. */
  private final List<Object> watched = new ArrayList<>();

  private final int seriesMax;
  private int series;

  /** Those of a table, and of {@link JvmMetrics}. */
  public Meters(List<Metric> table) {
    this(table, SERIES_MAX);
    JvmMetrics.register(this);
  }

  Meters(List<Metric> table, int seriesMax) {
    this.table = new ArrayList<>(table);
    this.table.addAll(JvmMetrics.TABLE);
    this.seriesMax = seriesMax;
    registry.throwExceptionOnRegistrationFailure();
    registry.config().namingConvention(new AsDeclared());
  }

  /** How long something took. */
  @FunctionalInterface
  public interface Stopwatch {
    /** Takes one of them. Any thread. */
    void took(long nanos);
  }

  /** A counter that is read when it is asked for. */
  public void counter(Metric metric, DoubleSupplier value, String... labelValues) {
    Tags tags = tags(metric, Metric.Kind.COUNTER, 1, labelValues);
    watched.add(value);
    FunctionCounter.builder(metric.name(), value, DoubleSupplier::getAsDouble)
        .description(metric.help())
        .tags(tags)
        .register(registry);
  }

  /** A gauge that is read when it is asked for. */
  public void gauge(Metric metric, DoubleSupplier value, String... labelValues) {
    Tags tags = tags(metric, Metric.Kind.GAUGE, 1, labelValues);
    Gauge.builder(metric.name(), value::getAsDouble)
        .description(metric.help())
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /** How often and how long, read when it is asked for. */
  public void times(
      Metric metric, LongSupplier count, LongSupplier nanosOfAll, String... labelValues) {
    Tags tags = tags(metric, Metric.Kind.TIMES, 2, labelValues);
    watched.add(count);
    FunctionTimer.builder(
            metric.name(),
            count,
            LongSupplier::getAsLong,
            _ -> nanosOfAll.getAsLong(),
            TimeUnit.NANOSECONDS)
        .description(metric.help())
        .tags(tags)
        .register(registry);
  }

  /** Takes times in these buckets. */
  public Stopwatch histogram(Metric metric, List<Duration> buckets, String... labelValues) {
    // Each bucket, the endless one, count, sum and the longest.
    Tags tags = tags(metric, Metric.Kind.HISTOGRAM, buckets.size() + 4, labelValues);
    Timer timer =
        Timer.builder(metric.name())
            .description(metric.help())
            .tags(tags)
            .serviceLevelObjectives(buckets.toArray(Duration[]::new))
            .register(registry);
    return nanos -> timer.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  /** All that there is, in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** The same of some names. */
  public String scrape(Set<String> names) {
    return registry.scrape(CONTENT_TYPE, names);
  }

  /** All metrics that there can be. */
  public List<Metric> table() {
    return List.copyOf(table);
  }

  private Tags tags(Metric metric, Metric.Kind kind, int more, String... values) {
    if (!table.contains(metric) || metric.kind() != kind) {
      throw new IllegalStateException(metric.name() + " is no such metric of the table");
    }
    if (values.length != metric.labels().size()) {
      throw new IllegalStateException(
          metric.name() + ": " + values.length + " values for " + metric.labels());
    }
    series += more;
    if (series > seriesMax) {
      throw new IllegalStateException(
          metric.name() + ": more than " + seriesMax + " series in one process");
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(metric.labels().get(i), values[i]));
    }
    return Tags.of(tags);
  }

  /** The table has the names; the library adds what tells a counter. */
  private static final class AsDeclared implements NamingConvention {
    @Override
    public String name(String name, Meter.Type type, @Nullable String baseUnit) {
      return name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name;
    }

    @Override
    public String tagKey(String key) {
      return key;
    }
  }
}
