package io.seedfall.cli;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.EventStream;
import io.seedfall.control.FleetChange;
import io.seedfall.control.Heard;
import io.seedfall.control.SeedfallClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link FleetPicture} as the coordinator tells it: by its events, and by asking while
 * there are none to be had. One thread uses it.
 */
final class FleetFeed implements AutoCloseable {
  /** So long it only asks after events were not to be had. */
  private static final Duration ASKING = Duration.ofSeconds(2);

  private static final Duration MACHINES_EVERY = Duration.ofSeconds(1);

  /** Some machines of a decided deployment may still be at work. */
  private static final Duration DECIDED_EVERY = Duration.ofSeconds(5);

  private final SeedfallClient client;
  private final FleetPicture picture;
  private @Nullable EventStream<FleetChange> stream;
  private String lastId = "";
  private String trouble = "";
  private long triedNanos;
  private boolean tried;
  private String machinesOf = "";
  private long machinesNanos;

  FleetFeed(SeedfallClient client, FleetPicture picture) {
    this.client = client;
    this.picture = picture;
  }

  /** Why the picture may be old; empty when it is not. */
  String trouble() {
    return trouble;
  }

  /** Takes all of it once. */
  void look() throws ControlException {
    picture.all(
        client.status().halted(),
        client.deployments(FleetPicture.DEPLOYMENTS_MAX),
        client.agents());
  }

  /** Waits so long at most for news. */
  void next(Duration patience) throws InterruptedException {
    try {
      if (stream == null && (!tried || System.nanoTime() - triedNanos > ASKING.toNanos())) {
        tried = true;
        triedNanos = System.nanoTime();
        look();
        stream = client.fleetEvents(lastId);
        trouble = "";
      }
      EventStream<FleetChange> open = stream;
      if (open == null) {
        Thread.sleep(patience);
        return;
      }
      switch (open.next(patience)) {
        case Heard.Changed<FleetChange>(FleetChange change) -> {
          picture.change(change);
          if (change.more()) {
            look();
          }
        }
        case Heard.Missed<FleetChange> _, Heard.Nothing<FleetChange> _ -> {}
        case Heard.Ended<FleetChange> _ -> {
          lastId = open.lastId();
          close();
        }
      }
    } catch (ControlException e) {
      close();
      trouble = "the coordinator does not tell any more, what you see is old: " + e.why();
    }
  }

  /** Looks at the machines of that deployment, now and then. */
  void machines(@Nullable DeploymentView chosen) {
    if (chosen == null) {
      return;
    }
    long now = System.nanoTime();
    boolean same = chosen.id().equals(machinesOf);
    Duration every = chosen.phase().isFinal() ? DECIDED_EVERY : MACHINES_EVERY;
    if (same && now - machinesNanos < every.toNanos()) {
      return;
    }
    machinesOf = chosen.id();
    machinesNanos = now;
    try {
      picture.machines(chosen.id(), client.machines(chosen.id()));
    } catch (ControlException e) {
      trouble = "the machines of %s are not told: %s".formatted(chosen.id(), e.why());
    }
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
