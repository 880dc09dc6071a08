package io.seedfall.cli;

import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon that this process starts: the same program in a JVM of its own, with its output in a
 * file. It is ended by its process id and by nothing else.
 */
final class ChildProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
  private static final int LAST_LINES_MAX = 15;

  /** The file with the launcher's options for the JVM. */
  private static final String OPTIONS_PROPERTY = "seedfall.jvm-options";

  /** The same for the JVM of an agent. */
  private static final String AGENT_OPTIONS_PROPERTY = "seedfall.agent-jvm-options";

  /** Where no launcher names a file: the heap that an agent is known to need. */
  private static final List<String> PLAIN_OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx256m", "--enable-native-access=ALL-UNNAMED");

  /**
   * Ctrl-C and a closed terminal reach everything that was started from it. Only the command
   * answers them, and ends its children in their order; a child that ended by itself meanwhile
   * would look like one that failed. What is ignored stays ignored in the program that follows.
   */
  private static final List<String> DEAF_TO_TERMINAL =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

  private final String name;
  private final Path log;
  private final Process process;
  private final CompletableFuture<ListeningLine> ready = new CompletableFuture<>();

  private ChildProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts {@code seedfall ARGUMENTS --json}.
   *
   * @param name what to call it
   * @param log where its output goes
   * @param temporary where it may put files that it does not need for long
   * @param outlivesUs whether it goes on when this process ends; else it ends with it, even when
   *     this process is killed
   */
  static ChildProcess start(
      String name, Path log, Path temporary, boolean outlivesUs, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(DEAF_TO_TERMINAL);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    boolean agent = arguments.getFirst().equals("agent");
    String options = System.getProperty(agent ? AGENT_OPTIONS_PROPERTY : OPTIONS_PROPERTY);
    command.addAll(options == null ? PLAIN_OPTIONS : List.of("@" + options));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SeedfallMain.class.getName());
    command.addAll(arguments);
    command.add("--json");
    if (!outlivesUs) {
      command.add("--stop-with-input");
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    Origins.forget(builder.environment());
    if (outlivesUs) {
      builder.redirectInput(new File("/dev/null"));
    }
    ChildProcess child = new ChildProcess(name, log, builder.start());
    Thread.ofVirtual().name("output of " + name).start(child::readOutput);
    return child;
  }

  /** Reads to the end, so that the child never waits for us; only the first line matters. */
  private void readOutput() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Decoded<ListeningLine> decoded =
            ControlJson.decode(line.getBytes(StandardCharsets.UTF_8), ListeningLine.class);
        if (decoded instanceof Decoded.Value<ListeningLine>(ListeningLine listening)) {
          ready.complete(listening);
        }
      }
      ready.completeExceptionally(new IOException(name + " ended before it was ready"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  /** Waits until it listens, and gives where. */
  String awaitAddress() throws InterruptedException {
    try {
      return ready.get(READY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).address();
    } catch (ExecutionException e) {
      throw failed("did not start", e);
    } catch (TimeoutException e) {
      throw failed("was not ready after " + READY_TIMEOUT.toSeconds() + " s", e);
    }
  }

  /** Throws when it has ended: it was not asked to. */
  void requireAlive() {
    if (!process.isAlive()) {
      throw failed("ended by itself with exit code " + process.exitValue(), null);
    }
  }

  private CommandFailure failed(String what, @Nullable Exception cause) {
    String message = name + " " + what + "; its last words: " + lastWords();
    return cause == null
        ? new CommandFailure(ExitCode.FAILED, message)
        : new CommandFailure(ExitCode.FAILED, message, cause);
  }

  private String lastWords() {
    List<String> lines = lastLines();
    return lines.isEmpty() ? "(none)" : lines.getLast();
  }

  /** The end of its log. */
  List<String> lastLines() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return lines.subList(Math.max(0, lines.size() - LAST_LINES_MAX), lines.size());
    } catch (IOException e) {
      return List.of("(" + log + " cannot be read: " + e.getMessage() + ")");
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end, waits a little, and ends it; it is gone when this comes back. */
  @Override
  public void close() {
    closeAll(List.of(this));
  }

  /** Ends them together: all are asked before any is waited for. */
  static void closeAll(List<ChildProcess> children) {
    children.forEach(child -> child.process.destroy());
    long deadline = System.nanoTime() + END_TIMEOUT.toNanos();
    for (ChildProcess child : children) {
      if (!child.awaitEnd(deadline)) {
        LOG.debug("{} does not end when asked", child);
        child.process.destroyForcibly();
      }
    }
    long killDeadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
    for (ChildProcess child : children) {
      if (!child.awaitEnd(killDeadline)) {
        LOG.warn("{} does not end", child);
      }
    }
  }

  /** Whether it ended in time. */
  private boolean awaitEnd(long deadline) {
    try {
      return process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  @Override
  public String toString() {
    return name + " (process " + pid() + ")";
  }
}
