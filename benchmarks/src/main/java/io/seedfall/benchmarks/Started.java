package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A process of a run. What it prints, on both streams, is in a file, so nobody need read along. */
final class Started {
  private static final long LOOK_EVERY_MILLIS = 20;
  private static final int TAIL_CHARS = 600;

  private final String what;
  private final Process process;
  private final Path log;

  Started(String what, Process process, Path log) {
    this.what = what;
    this.process = process;
    this.log = log;
  }

  long pid() {
    return process.pid();
  }

  /** Waits for text in what it prints, and gives what the first group of the pattern matched. */
  String await(Pattern pattern, Duration limit) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      Matcher matcher = pattern.matcher(printed());
      if (matcher.find()) {
        return matcher.groupCount() == 0 ? matcher.group() : matcher.group(1);
      }
      if (ended || System.nanoTime() > deadlineNanos) {
        throw new CommandFailure(
            ExitCode.FAILED, what + (ended ? " ended: " : " is not ready: ") + tail());
      }
      Commands.pause(LOOK_EVERY_MILLIS);
    }
  }

  /** Waits for its end; anything but exit code 0 is a failure. */
  void awaitSuccess() {
    process.onExit().join();
    String failure = failure();
    if (failure != null) {
      throw new CommandFailure(ExitCode.FAILED, failure);
    }
  }

  /** Ends it, as a service is ended, and waits until it is gone. */
  void end() {
    process.destroy();
    process.onExit().join();
  }

  /** Ends it in the middle of whatever it does, with kill -9, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Gives it a line on its standard input. */
  void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, what + " does not listen: " + tail(), e);
    }
  }

  /** Why it failed; null while it runs, and when it ended well. */
  @Nullable String failure() {
    boolean failed = !process.isAlive() && process.exitValue() != 0;
    return failed ? "%s ended with %d: %s".formatted(what, process.exitValue(), tail()) : null;
  }

  /** All that it has printed. */
  String printed() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tail() {
    String all = printed().strip();
    return all.substring(Math.max(0, all.length() - TAIL_CHARS)).replaceAll("\\s*\n\\s*", " / ");
  }
}
