package io.seedfall.node;

import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** A transfer's web seeds (BEP 19): one {@link WebSeedLoop} for each that speaks HTTP. */
final class WebSeeds {
  /** Web seeds that are used at once; the others come when one of them pauses or is dropped. */
  static final int VISITED_MAX = 4;

  /** Those of a transfer that asks none. */
  static final WebSeeds NONE = new WebSeeds(List.of());

  private final List<WebSeedLoop> loops;
  private final List<Thread> threads = new ArrayList<>();

  private WebSeeds(List<WebSeedLoop> loops) {
    this.loops = loops;
  }

  /** The web seeds of a torrent; those of other protocols are passed over. */
  static WebSeeds of(
      Metainfo metainfo,
      Inbox<Posted> inbox,
      Consumer<WebSeedNews> news,
      WebSeedPatience patience,
      long seed) {
    Semaphore places = new Semaphore(VISITED_MAX, true);
    SeededRandom random = new SeededRandom(seed);
    List<WebSeedLoop> loops = new ArrayList<>();
    for (String url : metainfo.webSeeds()) {
      String lower = url.toLowerCase(Locale.ROOT);
      if (lower.startsWith("http://") || lower.startsWith("https://")) {
        loops.add(
            new WebSeedLoop(
                new WebSeedLoop.Setup(
                    url,
                    PeerId.random(random),
                    new WebFiles(metainfo, url),
                    places,
                    inbox,
                    news,
                    patience)));
      }
    }
    return new WebSeeds(loops);
  }

  /** Begins to offer them. */
  void start(Threads all) {
    loops.forEach(loop -> threads.add(all.start("seedfall-web-seed", loop)));
  }

  /** Says that it is over. */
  void stop() {
    threads.forEach(Thread::interrupt);
  }

  /** Waits until they have ended. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
