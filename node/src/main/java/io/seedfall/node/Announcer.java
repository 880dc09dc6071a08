package io.seedfall.node;

import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.SwarmNotice;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a {@link TransferListener}, each thing once, and never on a thread that a listener could
 * hold up or that could not be joined from within the call.
 */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final TransferListener listener;
  private final AtomicBoolean completed = new AtomicBoolean();
  private final AtomicBoolean failed = new AtomicBoolean();

  Announcer(TransferListener listener) {
    this.listener = listener;
  }

  /** On the caller's thread. */
  void preparing(TransferProgress progress) {
    try {
      listener.preparing(progress);
    } catch (RuntimeException e) {
      LOG.error("a listener threw at {}", progress, e);
    }
  }

  /** Everything is here. */
  void completed() {
    if (completed.compareAndSet(false, true)) {
      Thread.ofVirtual().name("seedfall-tell").start(listener::completed);
    }
  }

  /** The disk failed; false when that was said before. */
  boolean failed(DiskFault fault, String why) {
    if (!failed.compareAndSet(false, true)) {
      return false;
    }
    TransferFault said =
        switch (fault) {
          case NO_SPACE -> TransferFault.NO_SPACE;
          case IO_ERROR -> TransferFault.IO_ERROR;
          case CONTENT_CHANGED -> TransferFault.CONTENT_CHANGED;
        };
    Thread.ofVirtual().name("seedfall-tell").start(() -> listener.failed(said, why));
    return true;
  }

  /** On the caller's thread. */
  void trackers(TrackerNews news) {
    try {
      listener.trackers(news);
    } catch (RuntimeException e) {
      LOG.error("a listener threw at {}", news, e);
    }
  }

  /** On the caller's thread. */
  void webSeeds(WebSeedNews news) {
    try {
      listener.webSeeds(news);
    } catch (RuntimeException e) {
      LOG.error("a listener threw at {}", news, e);
    }
  }

  /** On the caller's thread. */
  void noticed(SwarmNotice notice) {
    try {
      listener.noticed(notice);
    } catch (RuntimeException e) {
      LOG.error("a listener threw at {}", notice, e);
    }
  }
}
