package io.seedfall.coordinator;

import io.seedfall.control.Problem;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Two platform threads for calls that block in native code (SQLite, fsync) and would hold a carrier
 * of virtual threads, and for all others to the database. A request waits here with a deadline, and
 * behind a bounded queue.
 */
final class BlockingCalls implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 512;

  private final Duration patience;
  private final Dialect dialect;
  private final ThreadPoolExecutor threads;

  BlockingCalls(Duration patience, Dialect dialect) {
    this.patience = patience;
    this.dialect = dialect;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("seedfall-blocking-", 0).daemon().factory());
  }

  /**
   * Runs it there and gives its result.
   *
   * @throws RequestRefused when it threw that, or there was no time for it
   */
  <T> T call(Callable<T> call) {
    Future<T> result;
    try {
      result = threads.submit(() -> worded(call));
    } catch (RejectedExecutionException _) {
      throw RequestRefused.busy();
    }
    return await(result, patience);
  }

  private <T> T worded(Callable<T> call) throws Exception {
    try {
      return call.call();
    } catch (LeadershipLost _) {
      throw RequestRefused.busy();
    } catch (RuntimeException e) {
      if (dialect.isAway(e)) {
        throw new RequestRefused(503, Problem.BUSY, "the coordinator's database does not answer");
      }
      throw e;
    }
  }

  /** How many calls wait for a thread. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Waits for what another thread was asked to do. */
  static <T> T await(Future<T> result, Duration patience) {
    try {
      return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RequestRefused refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException _) {
      result.cancel(false);
      throw RequestRefused.busy();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw RequestRefused.busy();
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
