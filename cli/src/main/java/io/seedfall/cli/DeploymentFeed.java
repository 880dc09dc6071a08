package io.seedfall.cli;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.EventStream;
import io.seedfall.control.Heard;
import io.seedfall.control.SeedfallClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment is, as soon as that changes: from the coordinator's events, and by asking while
 * there are none to be had, because the coordinator is away, another one takes over, or too many
 * listen already. One thread uses it.
 */
final class DeploymentFeed implements AutoCloseable {
  /** So long it only asks after events were not to be had. */
  private static final Duration ASKING = Duration.ofSeconds(2);

  private final SeedfallClient client;
  private final String id;
  private @Nullable EventStream<DeploymentChange> stream;
  private String lastId = "";
  private @Nullable DeploymentView last;
  private boolean asking;
  private long askingSinceNanos;

  DeploymentFeed(SeedfallClient client, String id) {
    this.client = client;
    this.id = id;
  }

  /**
   * How it is as far as that is known, after waiting so long at most for news; null when nothing is
   * known yet.
   *
   * @throws ControlException when nobody answers, or nobody knows it
   */
  @Nullable DeploymentView next(Duration patience) throws ControlException, InterruptedException {
    if (stream == null && (!asking || System.nanoTime() - askingSinceNanos > ASKING.toNanos())) {
      open();
    }
    EventStream<DeploymentChange> open = stream;
    if (open == null) {
      Thread.sleep(patience);
      last = client.summary(id);
      return last;
    }
    switch (open.next(patience)) {
      case Heard.Changed<DeploymentChange>(DeploymentChange change) -> last = change.deployment();
      case Heard.Missed<DeploymentChange> _, Heard.Nothing<DeploymentChange> _ -> {}
      case Heard.Ended<DeploymentChange> _ -> {
        lastId = open.lastId();
        close();
        askForNow();
        last = client.summary(id);
      }
    }
    return last;
  }

  private void open() throws ControlException {
    try {
      stream = client.events(id, lastId);
      asking = false;
    } catch (ControlException e) {
      if (!e.mayPass()) {
        throw e;
      }
      askForNow();
    }
  }

  private void askForNow() {
    asking = true;
    askingSinceNanos = System.nanoTime();
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
