package io.seedfall.metrics;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One metric, as a table declares it.
 *
 * @param name as Prometheus knows it, with its unit and, of a counter, with {@code _total}
 * @param help what it says, one sentence
 * @param labels their names; how many values they have is bounded by whoever registers it, and all
 *     together by {@link Meters#SERIES_MAX}
 */
public record Metric(String name, Kind kind, String help, List<String> labels) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)+");
  private static final String TOTAL = "_total";
  private static final String SECONDS = "_seconds";

  /** What it counts like. */
  public enum Kind {
    /** Only grows, from 0 at the start of the process. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** How often, and for how long in all. */
    TIMES,
    /** How long, in buckets; and a gauge {@code NAME_max}, the longest of the last minutes. */
    HISTOGRAM
  }

  /** Refuses names that are against the conventions. */
  public Metric {
    labels = List.copyOf(labels);
    boolean timed = kind == Kind.TIMES || kind == Kind.HISTOGRAM;
    if (!NAME.matcher(name).matches()
        || name.endsWith(TOTAL) != (kind == Kind.COUNTER)
        || (timed && !name.endsWith(SECONDS))) {
      throw new IllegalArgumentException(
          name
              + " (expected: words with _ between them, a counter ends in _total, a time in"
              + " _seconds)");
    }
    if (!help.endsWith(".")) {
      throw new IllegalArgumentException(name + ": " + help + " (expected: a sentence)");
    }
  }

  /** A counter. */
  public static Metric counter(String name, String help, String... labels) {
    return new Metric(name, Kind.COUNTER, help, List.of(labels));
  }

  /** A gauge. */
  public static Metric gauge(String name, String help, String... labels) {
    return new Metric(name, Kind.GAUGE, help, List.of(labels));
  }

  /** How often, and for how long in all. */
  public static Metric times(String name, String help, String... labels) {
    return new Metric(name, Kind.TIMES, help, List.of(labels));
  }

  /** How long, in buckets. */
  public static Metric histogram(String name, String help, String... labels) {
    return new Metric(name, Kind.HISTOGRAM, help, List.of(labels));
  }

  /** Every name that a query may use for it. */
  public Stream<String> queried() {
    return switch (kind) {
      case COUNTER, GAUGE -> Stream.of(name);
      case TIMES -> Stream.of(name + "_count", name + "_sum");
      case HISTOGRAM -> Stream.of(name + "_bucket", name + "_count", name + "_sum", name + "_max");
    };
  }
}
