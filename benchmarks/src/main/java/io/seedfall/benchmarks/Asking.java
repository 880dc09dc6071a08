package io.seedfall.benchmarks;

import io.seedfall.control.ClientIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Somebody who asks a coordinator the same again and again, until it is closed. */
final class Asking implements AutoCloseable {
  private static final int OK = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * How long the answers took, until their last byte.
   *
   * @param path what was asked
   * @param answers how many came
   * @param failures how often none came, or another than 200
   * @param medianMillis of all answers
   * @param p99Millis so long or less took 99 of 100
   * @param maxMillis the longest
   * @param largestBytes the largest answer
   */
  record Latency(
      String path,
      int answers,
      int failures,
      double medianMillis,
      double p99Millis,
      double maxMillis,
      long largestBytes) {
    static Latency of(String path, List<Long> nanos, int failures, long largestBytes) {
      double[] millis = nanos.stream().mapToDouble(each -> each / 1e6).sorted().toArray();
      return new Latency(
          path,
          millis.length,
          failures,
          Statistics.median(millis),
          percentile(millis, 0.99),
          percentile(millis, 1),
          largestBytes);
    }

    /** The smallest value that is not below that share of them; 0 of nothing. */
    static double percentile(double[] values, double share) {
      if (values.length == 0) {
        return 0;
      }
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
  }

  private final HttpClient http;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final String shown;
  private final HttpRequest request;
  private final long everyMillis;
  private final Thread thread;
  private final List<Long> nanos = new ArrayList<>();
  private long largestBytes;
  private int failures;

  private Asking(
      URI coordinator, ClientIdentity identity, String path, String shown, long everyMillis) {
    this.shown = shown;
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(PATIENCE);
    HttpRequest.Builder question =
        HttpRequest.newBuilder(coordinator.resolve(path)).timeout(PATIENCE);
    if (identity.tls() != null) {
      client.sslContext(identity.tls());
      question.header(ClientIdentity.HEADER, identity.bearer());
    }
    this.http = client.build();
    this.request = question.build();
    this.everyMillis = everyMillis;
    this.thread = Thread.ofVirtual().unstarted(this::ask);
  }

  /**
   * Begins to ask, and does so every {@code everyMillis}, or later when answers take longer.
   *
   * @param identity who asks
   * @param shown what the question is called
   */
  static Asking begin(
      URI coordinator, ClientIdentity identity, String path, String shown, long everyMillis) {
    Asking asking = new Asking(coordinator, identity, path, shown, everyMillis);
    asking.thread.start();
    return asking;
  }

  private void ask() {
    try {
      long waitMillis = 0;
      while (!closed.await(waitMillis, TimeUnit.MILLISECONDS)) {
        long begin = System.nanoTime();
        try {
          var answer = http.send(request, BodyHandlers.ofByteArray());
          if (answer.statusCode() == OK) {
            nanos.add(System.nanoTime() - begin);
            largestBytes = Math.max(largestBytes, answer.body().length);
          } else {
            failures++;
          }
        } catch (IOException e) {
          failures++;
        }
        waitMillis = Math.max(0, everyMillis - (System.nanoTime() - begin) / 1_000_000);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it and sums up. */
  Latency end() {
    close();
    return Latency.of(shown, nanos, failures, largestBytes);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
