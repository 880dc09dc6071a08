package io.seedfall.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process that a test started, ours or somebody else's program. Its lines are read as they come
 * and waited for without polling; it is ended by its process id.
 */
class ChildProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String what;
  private final Process process;
  private final Lines out = new Lines();
  private final Lines err = new Lines();
  private final List<Thread> readers = new ArrayList<>();

  /** Starts it. */
  ChildProcess(String what, ProcessBuilder builder) throws IOException {
    this.what = what;
    this.process = builder.start();
    read(process.inputReader(StandardCharsets.UTF_8), out);
    read(process.errorReader(StandardCharsets.UTF_8), err);
  }

  private void read(BufferedReader reader, Lines lines) {
    readers.add(
        Thread.ofVirtual()
            .start(() -> {
              try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  lines.add(line);
                }
              } catch (IOException e) {
                lines.add("(unreadable: " + e.getMessage() + ")");
              } finally {
                lines.end();
              }
            }));
  }

  /** The first line on standard output that fits, now or later. */
  final String awaitAnswer(Predicate<String> fits) throws InterruptedException {
    return await(out, fits, 1);
  }

  /** Waits until so many lines on standard output fit. */
  final void awaitAnswers(Predicate<String> fits, int count) throws InterruptedException {
    await(out, fits, count);
  }

  /** The first line on standard error that fits, now or later. */
  final String awaitNote(Predicate<String> fits) throws InterruptedException {
    return await(err, fits, 1);
  }

  private String await(Lines lines, Predicate<String> fits, int count) throws InterruptedException {
    String line = lines.await(fits, PATIENCE, count);
    if (line == null) {
      throw new AssertionError(what + ": the line waited for did not come\n" + both());
    }
    return line;
  }

  /** Waits for its end and gives the exit code. */
  final int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(what + ": still runs\n" + both());
    }
    for (Thread reader : readers) {
      reader.join(PATIENCE);
    }
    return process.exitValue();
  }

  /** SIGKILL, and waits until it is gone. */
  final void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM, and waits until it is gone. */
  final int stop() throws InterruptedException {
    process.destroy();
    return awaitExit();
  }

  /** For signals, and for what the kernel tells of it. */
  final long pid() {
    return process.pid();
  }

  final boolean alive() {
    return process.isAlive();
  }

  /** Everything on standard output so far. */
  final List<String> answer() {
    return out.all();
  }

  /** Everything on standard error so far. */
  final List<String> notes() {
    return err.all();
  }

  /** Both, for the message of a failed test. */
  final String both() {
    return "%s\n--- stdout\n%s\n--- stderr\n%s"
        .formatted(what, String.join("\n", out.all()), String.join("\n", err.all()));
  }

  /** Ends it at once, whatever it does. */
  final void end() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    end();
  }

  /** SIGTERM, and SIGKILL to what is still there after a while. */
  final void close(Duration patience) {
    process.destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  @Override
  public final String toString() {
    return what;
  }
}
