package io.seedfall.cli;

import io.seedfall.node.TrackerNews;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.node.WebSeedNews;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for a transfer to complete or fail. Any thread. */
final class TransferEnd implements TransferListener {
  private final CountDownLatch over = new CountDownLatch(1);
  private final Runnable onFailure;
  private final TrackerNotes trackerNotes;
  private final WebSeedNotes webSeedNotes;
  private volatile @Nullable String failure;

  /** {@code onFailure} is run when the transfer fails, on a thread of the transfer's. */
  TransferEnd(Runnable onFailure, Console console) {
    this.onFailure = onFailure;
    this.trackerNotes = new TrackerNotes(console);
    this.webSeedNotes = new WebSeedNotes(console);
  }

  @Override
  public void trackers(TrackerNews news) {
    trackerNotes.accept(news);
  }

  @Override
  public void webSeeds(WebSeedNews news) {
    webSeedNotes.accept(news);
  }

  @Override
  public void completed() {
    over.countDown();
  }

  @Override
  public void failed(TransferFault fault, String why) {
    failure = why;
    over.countDown();
    onFailure.run();
  }

  /** Waits a while; whether it is over. */
  boolean await(long millis) throws InterruptedException {
    return over.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Throws in one line when the transfer failed. */
  void requireNoFailure() {
    String why = failure;
    if (why != null) {
      throw new CommandFailure(ExitCode.LOCAL, why);
    }
  }
}
