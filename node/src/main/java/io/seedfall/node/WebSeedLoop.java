package io.seedfall.node;

import io.seedfall.protocol.PeerId;
import io.seedfall.swarm.Reason;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers one web seed to the swarm, again after a pause when a visit ended in trouble, on a virtual
 * thread of its own.
 *
 * <pre>
 *   Waiting for a place --> Visited --everything is here, or the transfer is over--> over
 *        ^                     |-----wrong bytes, or too many failures in a row----> dropped
 *        +----- pause <--------+
 * </pre>
 */
final class WebSeedLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WebSeedLoop.class);

  /**
   * What a loop is made from.
   *
   * @param url as the torrent says it
   * @param id the server's name in the swarm
   * @param files what is where
   * @param places how many web seeds of the transfer may be visited at once
   * @param inbox of the swarm
   * @param news takes what happened; must not block
   */
  record Setup(
      String url,
      PeerId id,
      WebFiles files,
      Semaphore places,
      Inbox<Posted> inbox,
      Consumer<WebSeedNews> news,
      WebSeedPatience patience) {}

  private final Setup setup;
  private int failures;

  WebSeedLoop(Setup setup) {
    this.setup = setup;
  }

  @Override
  public void run() {
    try {
      while (goesOnAfter(visit())) {
        Thread.sleep(setup.patience().pauseMillis(failures));
      }
    } catch (InterruptedException _) {
      LOG.debug("{} is not needed any more", setup.url());
    }
  }

  private WebSeedVisit.End visit() throws InterruptedException {
    setup.places().acquire();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(setup.patience().connectMillis()))
            .build()) {
      try {
        CompletableFuture<WebSeedVisit.End> end = new CompletableFuture<>();
        WebSeedVisit.Offer offer =
            new WebSeedVisit.Offer(setup.id(), setup.files(), client, setup.patience(), end);
        if (!setup.inbox().put(new Posted.WebSeedOffered(offer))) {
          return new WebSeedVisit.End(Reason.SHUTDOWN, "", false);
        }
        return end.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } finally {
        client.shutdownNow();
      }
    } finally {
      setup.places().release();
    }
  }

  /** Whether there is to be another visit; tells the news. */
  private boolean goesOnAfter(WebSeedVisit.End end) {
    String why =
        switch (end.reason()) {
          case NOTHING_TO_DO, SHUTDOWN -> {
            LOG.debug("{} is not needed any more", setup.url());
            yield null;
          }
          case BAD_PIECE, BANNED -> "it sent wrong bytes";
          case STALLED -> "it sent nothing, or too slowly";
          case CONNECTION_LOST,
              CONNECT_FAILED,
              PROTOCOL_VIOLATION,
              IDLE,
              TOO_SLOW_TO_READ,
              PASS_EXPIRED,
              DUPLICATE,
              TOO_MANY_PEERS,
              NOT_A_NEIGHBOUR,
              SELF ->
              end.why().isEmpty() ? end.reason().toString() : end.why();
        };
    if (why == null) {
      return false;
    }
    failures = end.delivered() ? 1 : failures + 1;
    if (end.reason().bans()
        || end.reason() == Reason.BANNED
        || failures >= setup.patience().failuresMax()) {
      setup.news().accept(new WebSeedNews.Dropped(setup.url(), why));
      return false;
    }
    setup
        .news()
        .accept(new WebSeedNews.Paused(setup.url(), why, setup.patience().pauseMillis(failures)));
    return true;
  }
}
