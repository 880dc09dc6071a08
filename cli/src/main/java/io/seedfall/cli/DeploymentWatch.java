package io.seedfall.cli;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a deployment to its end and shows one live line meanwhile. A coordinator that goes away
 * is waited for: the machines go on without it.
 */
final class DeploymentWatch {
  /** How long the coordinator may be away before the watch gives up. */
  static final Duration AWAY_MAX = Duration.ofMinutes(10);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LINE_EVERY = Duration.ofSeconds(1);

  /**
   * A line of progress for programs.
   *
   * @param event {@code progress}
   * @param id of the deployment
   * @param bytesDone verified bytes on all machines
   * @param bytesTotal bytes that all machines need
   * @param bytesPerSecond of all machines together, over the last seconds
   * @param machinesDone how many have it in place
   * @param machinesFailed how many gave up
   * @param machines how many there are
   */
  record ProgressEvent(
      String event,
      String id,
      long bytesDone,
      long bytesTotal,
      double bytesPerSecond,
      int machinesDone,
      int machinesFailed,
      int machines) {}

  /**
   * The end, for programs.
   *
   * @param event {@code result}
   * @param deployment with all its machines
   */
  record ResultEvent(String event, DeploymentView deployment) {}

  private final SeedfallClient client;
  private final Console console;
  private final boolean json;
  private final Supplier<@Nullable String> sourceTrouble;
  private final ProgressMeter meter = new ProgressMeter();
  private long lastLineNanos;
  private long awaySinceNanos = -1;

  /**
   * @param sourceTrouble why what this process seeds cannot be served any more, null while it can
   */
  DeploymentWatch(
      SeedfallClient client,
      Console console,
      boolean json,
      Supplier<@Nullable String> sourceTrouble) {
    this.client = client;
    this.console = console;
    this.json = json;
    this.sourceTrouble = sourceTrouble;
  }

  /** Waits until the deployment is over and gives its last view. */
  DeploymentView follow(String id) throws ControlException, InterruptedException {
    return follow(id, view -> view.phase().isFinal());
  }

  /** Waits until it can be activated, or is over. */
  DeploymentView followUntilStaged(String id) throws ControlException, InterruptedException {
    return follow(id, view -> view.phase().isFinal() || view.phase() == DeploymentPhase.STAGED);
  }

  private DeploymentView follow(String id, Predicate<DeploymentView> end)
      throws ControlException, InterruptedException {
    long began = System.nanoTime();
    lastLineNanos = -LINE_EVERY.toNanos();
    try (DeploymentFeed feed = new DeploymentFeed(client, id)) {
      while (true) {
        DeploymentView view = look(feed, began);
        if (view != null && end.test(view)) {
          view = whole(id, began);
          if (view != null) {
            return view;
          }
        } else if (view != null) {
          show(view, System.nanoTime() - began);
        }
        String trouble = sourceTrouble.get();
        if (trouble != null) {
          throw giveUp(id, trouble);
        }
      }
    }
  }

  /** How it is as far as that is known; null when it is not, or the coordinator is away. */
  private @Nullable DeploymentView look(DeploymentFeed feed, long began)
      throws ControlException, InterruptedException {
    try {
      DeploymentView view = feed.next(POLL);
      if (view != null) {
        back();
      }
      return view;
    } catch (ControlException e) {
      away(e, System.nanoTime() - began);
      Thread.sleep(POLL);
      return null;
    }
  }

  /** With its machines; null when the coordinator has gone away just now. */
  private @Nullable DeploymentView whole(String id, long began)
      throws ControlException, InterruptedException {
    try {
      return client.deployment(id);
    } catch (ControlException e) {
      away(e, System.nanoTime() - began);
      Thread.sleep(POLL);
      return null;
    }
  }

  private void back() {
    if (awaySinceNanos >= 0) {
      awaySinceNanos = -1;
      console.note("the coordinator is back");
    }
  }

  private void away(ControlException e, long now) throws ControlException {
    if (!e.mayPass()) {
      throw e;
    }
    if (awaySinceNanos < 0) {
      awaySinceNanos = now;
      console.note("the coordinator does not answer; the machines go on, waiting for it");
    } else if (now - awaySinceNanos > AWAY_MAX.toNanos()) {
      throw e;
    }
  }

  private CommandFailure giveUp(String id, String trouble) {
    String outcome = "deployment " + id + " is cancelled";
    try {
      DeploymentView last = client.cancel(id);
      outcome +=
          ", %d of %d machines have it".formatted(last.installedCount(), last.machineCount());
    } catch (ControlException e) {
      outcome = "deployment " + id + " could not be cancelled: " + e.why();
    }
    return new CommandFailure(ExitCode.LOCAL, trouble + "; " + outcome);
  }

  private void show(DeploymentView view, long now) {
    meter.sample(now, view.bytesDone());
    if (now - lastLineNanos < (console.terminal() ? POLL : LINE_EVERY).toNanos()) {
      return;
    }
    lastLineNanos = now;
    long total = view.sizeBytes() * view.machineCount();
    if (json) {
      console.json(
          new ProgressEvent(
              "progress",
              view.id(),
              view.bytesDone(),
              total,
              meter.bytesPerSecond(),
              view.installedCount(),
              view.failedCount(),
              view.machineCount()));
    } else {
      console.live(line(view, total));
    }
  }

  private String line(DeploymentView view, long total) {
    int percent = total == 0 ? 100 : (int) (view.bytesDone() * 100.0 / total);
    String failed = view.failedCount() == 0 ? "" : ", %d failed".formatted(view.failedCount());
    String wave =
        view.waveCount() == 1 ? "" : "  wave " + (view.wave() + 1) + "/" + view.waveCount();
    String waits =
        view.paused()
            ? "  paused"
            : switch (view.phase()) {
              case SOAKING, CHECKING, STAGED -> "  " + view.why();
              case RUNNING, DONE, FAILED, CANCELLED, ROLLED_BACK -> "";
            };
    return "%s@%s: %3d %%  %s in all  %d/%d machines%s%s  %s left%s"
        .formatted(
            view.artifact(),
            view.version(),
            percent,
            Quantity.rateText(meter.bytesPerSecond()),
            view.installedCount(),
            view.machineCount(),
            failed,
            wave,
            meter.timeLeft(total - view.bytesDone()),
            waits);
  }

  /** Prints how it ended, and gives the exit code for it. */
  int report(DeploymentView view) {
    if (json) {
      console.json(new ResultEvent("result", view));
    } else {
      console.table(MachineTable.of(view));
      console.answer(summary(view));
    }
    return switch (view.phase()) {
      case DONE, STAGED -> ExitCode.OK;
      case RUNNING, SOAKING, CHECKING, FAILED, CANCELLED, ROLLED_BACK -> ExitCode.FAILED;
    };
  }

  private static String summary(DeploymentView view) {
    Duration elapsed = Duration.ofMillis(Math.max(0, view.finishedMillis() - view.createdMillis()));
    String artifact = view.artifact() + "@" + view.version();
    return switch (view.phase()) {
      case DONE ->
          "%s is in place on %s after %s"
              .formatted(
                  artifact,
                  view.installedCount() == view.machineCount()
                      ? view.machineCount() + " machines"
                      : view.installedCount() + " of " + view.machineCount() + " machines",
                  Quantity.timeText(elapsed));
      case FAILED ->
          "%s failed on %d of %d machines after %s; the table says why (%s)"
              .formatted(
                  artifact,
                  view.failedCount(),
                  view.machineCount(),
                  Quantity.timeText(elapsed),
                  view.why());
      case CANCELLED ->
          "%s was cancelled (%s); %d of %d machines have it"
              .formatted(artifact, view.why(), view.installedCount(), view.machineCount());
      case ROLLED_BACK -> "%s was taken back: %s".formatted(artifact, view.why());
      case STAGED ->
          "%s is staged on %d of %d machines: seedfall activate %s switches them"
              .formatted(artifact, view.stagedCount(), view.machineCount(), view.id());
      case RUNNING, SOAKING, CHECKING -> throw new IllegalStateException("not over: " + view);
    };
  }
}
