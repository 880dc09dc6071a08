package io.seedfall.node;

import static org.awaitility.Awaitility.await;

import io.seedfall.swarm.SwarmNotice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that remembers, and lets a test wait for what it heard. */
final class Heard implements TransferListener {
  /** How a transfer failed. */
  record Failure(TransferFault fault, String why) {}

  /** Nothing that a test waits for takes so long unless it hangs. */
  static final long PATIENCE_SECONDS = 60;

  private final CompletableFuture<Void> completed = new CompletableFuture<>();
  private final CompletableFuture<Failure> failed = new CompletableFuture<>();
  private final List<TransferProgress> preparing = new CopyOnWriteArrayList<>();
  private final List<SwarmNotice> notices = new CopyOnWriteArrayList<>();
  private final List<WebSeedNews> webSeedNews = new CopyOnWriteArrayList<>();
  private final BlockingQueue<TrackerNews> trackerNews = new LinkedBlockingQueue<>();

  @Override
  public void preparing(TransferProgress progress) {
    preparing.add(progress);
  }

  List<TransferProgress> preparing() {
    return preparing;
  }

  @Override
  public void completed() {
    completed.complete(null);
  }

  @Override
  public void failed(TransferFault fault, String why) {
    failed.complete(new Failure(fault, why));
    completed.completeExceptionally(new AssertionError(fault + ": " + why));
  }

  @Override
  public void noticed(SwarmNotice notice) {
    notices.add(notice);
  }

  @Override
  public void webSeeds(WebSeedNews news) {
    webSeedNews.add(news);
  }

  /** The first of that kind. */
  <T extends WebSeedNews> T awaitWebSeedNews(Class<T> kind) {
    return await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(
            () -> webSeedNews.stream().filter(kind::isInstance).map(kind::cast).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  List<WebSeedNews> webSeedNews() {
    return webSeedNews;
  }

  @Override
  public void trackers(TrackerNews news) {
    trackerNews.add(news);
  }

  /** The next of it, in order. */
  TrackerNews awaitTrackerNews() throws InterruptedException {
    TrackerNews news = trackerNews.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (news == null) {
      throw new AssertionError("no news of trackers");
    }
    return news;
  }

  void awaitCompleted() throws Exception {
    completed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  Failure awaitFailed() throws Exception {
    return failed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  boolean hasFailed() {
    return failed.isDone();
  }

  boolean hasCompleted() {
    return completed.isDone();
  }

  List<SwarmNotice> notices() {
    return notices;
  }
}
