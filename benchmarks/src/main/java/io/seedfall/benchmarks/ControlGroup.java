package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A control group (version 2) for the processes of one run. Whatever they start is in it too, so
 * the kernel adds up the CPU time of all, also of those that have ended, and {@link #close} ends
 * exactly what the run started, and nothing else. Needs root, and no controller.
 */
final class ControlGroup implements AutoCloseable {
  private static final AtomicInteger MADE = new AtomicInteger();
  private static final int ATTEMPTS_MAX = 200;
  private static final long PAUSE_MILLIS = 25;

  private final Path directory;

  private ControlGroup(Path directory) {
    this.directory = directory;
  }

  /** Makes one. */
  static ControlGroup make() {
    try {
      Path mount = mount(Files.readString(Path.of("/proc/self/mounts")));
      if (mount == null) {
        throw new CommandFailure(
            ExitCode.LOCAL, "no control groups (cgroup2) are mounted; CPU time is counted by them");
      }
      String name =
          "seedfall-bench-%d-%d".formatted(ProcessHandle.current().pid(), MADE.getAndIncrement());
      return new ControlGroup(Files.createDirectory(mount.resolve(name)));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot make a control group (are you root?): " + e.getMessage(), e);
    }
  }

  /** Where version 2 is mounted, in the words of {@code /proc/self/mounts}; null when nowhere. */
  static @Nullable Path mount(String mounts) {
    for (String line : mounts.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 2 && fields[2].equals("cgroup2")) {
        return Path.of(fields[1]);
      }
    }
    return null;
  }

  /** The words that run a command inside the group: put them before it. */
  List<String> inside() {
    // The shell joins the group, then becomes the command: no instant of it runs outside.
    return List.of(
        "sh", "-c", "echo 0 >%s && exec \"$@\"".formatted(directory.resolve("cgroup.procs")), "sh");
  }

  /** CPU time that all processes of the group have used so far, in user and kernel mode. */
  double cpuSeconds() {
    try {
      return cpuSeconds(Files.readString(directory.resolve("cpu.stat")));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, "no CPU time of the group: " + e.getMessage(), e);
    }
  }

  /** The time in a {@code cpu.stat}. */
  static double cpuSeconds(String stat) {
    for (String line : stat.split("\n", -1)) {
      if (line.startsWith("usage_usec ")) {
        return Long.parseLong(line.substring("usage_usec ".length()).strip()) / 1e6;
      }
    }
    throw new IllegalStateException("no usage_usec in: " + stat);
  }

  /** The ids of the processes that run in it now. */
  List<Long> processes() {
    List<Long> ids = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(directory.resolve("cgroup.procs"))) {
        ids.add(Long.parseLong(line));
      }
    } catch (NoSuchFileException e) {
      return ids;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, "no list of processes: " + e.getMessage(), e);
    }
    return ids;
  }

  /** Ends every process of the group and waits until none is left. */
  @Override
  public void close() {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      List<Long> left = processes();
      if (left.isEmpty() && removed()) {
        return;
      }
      for (long pid : left) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      Commands.pause(PAUSE_MILLIS);
    }
    throw new CommandFailure(ExitCode.LOCAL, directory + " cannot be emptied");
  }

  private boolean removed() {
    try {
      Files.deleteIfExists(directory);
      return true;
    } catch (IOException e) {
      return false; // busy while the last of them is on its way out
    }
  }
}
