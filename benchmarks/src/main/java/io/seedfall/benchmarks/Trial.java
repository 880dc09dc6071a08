package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Lifetime;
import io.seedfall.cli.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs contenders, one at a time, each in fresh directories, with the file in the page cache, and
 * measures them.
 */
final class Trial {
  private static final long LOOK_EVERY_MILLIS = 10;

  /** Short, as the other names below it: an agent's local socket takes 107 bytes of path. */
  private static final String SCRATCH = "r";

  private final Lifetime lifetime;
  private final Hosts hosts;
  private final Path directory;
  private final Payload payload;
  private final long bitsPerSecond;
  private final Duration limit;

  /**
   * @param directory where the runs' directories are made
   * @param bitsPerSecond of the slowest link, 0 when links are not shaped
   * @param limit how long one run may take
   */
  Trial(
      Lifetime lifetime,
      Hosts hosts,
      Path directory,
      Payload payload,
      long bitsPerSecond,
      Duration limit) {
    this.lifetime = lifetime;
    this.hosts = hosts;
    this.directory = directory;
    this.payload = payload;
    this.bitsPerSecond = bitsPerSecond;
    this.limit = limit;
  }

  /** Runs it once. A contender that fails is a measurement too. */
  Measurement run(String label, Contender contender, int run) throws IOException {
    ScratchDirectory scratch = lifetime.add(ScratchDirectory.make(directory, SCRATCH));
    ControlGroup group = lifetime.add(ControlGroup.make());
    ControlGroup unpaid = lifetime.add(ControlGroup.make());
    try {
      Stage stage = new Stage(hosts, group, unpaid, scratch.path(), payload, bitsPerSecond);
      Payload.sha256(payload.file()); // warms the page cache
      return measured(label, contender, run, stage, group);
    } finally {
      lifetime.endNow(unpaid);
      lifetime.endNow(group);
      // ext4 is slow to make files for minutes after many were removed. A tree's copies stay until
      // the end, or the next contender would pay for the removal.
      if (!payload.isTree()) {
        lifetime.endNow(scratch);
      }
    }
  }

  private Measurement measured(
      String label, Contender contender, int run, Stage stage, ControlGroup group)
      throws IOException {
    double[] finished = new double[hosts.count() - 1];
    Arrays.fill(finished, -1);
    double cpuBefore = 0;
    double cpuAfter;
    long sent = 0;
    String failure;
    MemoryPeak peak = MemoryPeak.watching(group);
    try (peak) {
      contender.prepare(stage);
      cpuBefore = group.cpuSeconds();
      long sentBefore = hosts.bytesSent(0);
      long begin = System.nanoTime();
      contender.go(stage);
      failure = awaitAll(contender, stage, begin, finished);
      cpuAfter = group.cpuSeconds();
      sent = hosts.bytesSent(0) - sentBefore;
    } catch (CommandFailure e) {
      failure = String.valueOf(e.getMessage());
      cpuAfter = group.cpuSeconds();
    }
    // They end before the hosts' files are read: that reading is nobody's.
    group.close();
    List<Double> seconds = Arrays.stream(finished).boxed().toList();
    return new Measurement(
        label,
        run,
        seconds,
        sent,
        cpuAfter - cpuBefore,
        cpuAfter,
        peak.rssBytes(),
        peak.rssAnonBytes(),
        identical(contender, stage),
        failure == null ? "" : failure);
  }

  /** Waits for every host; gives why that was in vain, null when it was not. */
  private @Nullable String awaitAll(
      Contender contender, Stage stage, long begin, double[] finished) {
    List<Integer> missing = new ArrayList<>();
    for (int host = 1; host < hosts.count(); host++) {
      missing.add(host);
    }
    while (true) {
      missing.removeIf(host -> {
        boolean there = Files.exists(contender.complete(stage, host));
        if (there) {
          finished[host - 1] = (System.nanoTime() - begin) / 1e9;
        }
        return there;
      });
      if (missing.isEmpty()) {
        return null;
      }
      String failure = stage.failure();
      if (failure != null) {
        return failure;
      }
      if (System.nanoTime() - begin > limit.toNanos()) {
        return "%d of %d hosts have nothing after %d s"
            .formatted(missing.size(), finished.length, limit.toSeconds());
      }
      Commands.pause(LOOK_EVERY_MILLIS);
    }
  }

  private int identical(Contender contender, Stage stage) throws IOException {
    int identical = 0;
    for (int host = 1; host < hosts.count(); host++) {
      identical += payload.isIn(contender.copy(stage, host)) ? 1 : 0;
    }
    return identical;
  }
}
