package io.seedfall.agent;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of one hook: without a shell, in a session of its own, with the environment it is given
 * and nothing else, nothing to read, and a limit of time. What it prints is read from a pipe of our
 * own, so much at a time: one that prints without end is slowed down, and neither memory nor disk
 * fills; a child that keeps the pipe open is not waited for when the hook itself has ended.
 *
 * <p>When the time is up, or the agent ends, everything that the hook started is killed: its
 * session's process group, its descendants, and whoever carries its mark in the environment. A hook
 * that ends by itself may leave something running; what that prints later goes nowhere.
 */
final class HookRun {
  /** Where hooks find the usual programs. */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Marks whatever a hook started. */
  private static final String MARK = "SEEDFALL_RUN";

  /** How often we look whether it has ended. */
  private static final int TICK_MILLIS = 10;

  /** Read in one tick: what a pipe holds. */
  private static final int TICK_BYTES = 64 << 10;

  /** How often everything is killed that is found then. */
  private static final int KILLS_MAX = 50;

  private static final int SIGKILL = 9;
  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
  private static final Logger LOG = LoggerFactory.getLogger(HookRun.class);

  /**
   * How it ended.
   *
   * @param well whether with 0, in time
   * @param why how not, in one line; when it went well the last line it printed
   */
  record Outcome(boolean well, String why) {}

  private final String name;
  private final Path program;
  private final Map<String, String> environment;
  private final int seconds;
  private final HookOutput output;
  private final String mark = UUID.randomUUID().toString();
  private final ByteBuffer chunk = ByteBuffer.allocate(TICK_BYTES);

  /**
   * A run that is about to begin.
   *
   * @param name of the hook, for messages
   * @param program its file, in the hooks directory
   * @param environment all of it but PATH
   * @param seconds what it may take
   * @param output takes what it prints
   */
  HookRun(
      String name, Path program, Map<String, String> environment, int seconds, HookOutput output) {
    this.name = name;
    this.program = program;
    this.environment = environment;
    this.seconds = seconds;
    this.output = output;
  }

  /** Runs it. Whoever is interrupted leaves nothing of it behind. */
  Outcome run() throws InterruptedException {
    try (HookPipe pipe = HookPipe.open()) {
      Process process = start(pipe);
      pipe.closeWriting();
      boolean inTime;
      try {
        inTime = follow(process, pipe);
      } catch (InterruptedException closing) {
        killAll(process);
        throw closing;
      }
      if (!inTime) {
        killAll(process);
        read(pipe);
        return new Outcome(false, words("was stopped after " + seconds + " s"));
      }
      read(pipe);
      int exit = process.exitValue();
      return exit == 0
          ? new Outcome(true, output.lastLine())
          : new Outcome(false, words("ended with " + exit));
    } catch (IOException e) {
      return new Outcome(false, "hook " + name + " cannot be run: " + e.getMessage());
    }
  }

  private String words(String how) {
    String last = output.lastLine();
    return "hook " + name + " " + how + (last.isEmpty() ? ", and printed nothing" : ": " + last);
  }

  private Process start(HookPipe pipe) throws IOException {
    List<String> command = new ArrayList<>();
    // A session of its own: "kill 0" in a hook must not mean the agent.
    SETSID.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .ifPresent(setsid -> command.add(setsid.toString()));
    command.add(program.toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", PATH);
    builder.environment().put(MARK, mark);
    Path directory = program.getParent();
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(pipe.writingEnd());
    return builder.start();
  }

  /** Reads until it ends; says whether it did in time. */
  private boolean follow(Process process, HookPipe pipe) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
      read(pipe);
      if (System.nanoTime() - deadlineNanos > 0) {
        return false;
      }
    }
    return true;
  }

  private void read(HookPipe pipe) throws IOException {
    chunk.clear();
    pipe.read(chunk);
    output.add(chunk.flip());
  }

  /* --------------- Ending it --------------- */

  private void killAll(Process process) {
    for (int i = 0; i < KILLS_MAX; i++) {
      Set<ProcessHandle> alive = new LinkedHashSet<>();
      process.descendants().forEach(alive::add);
      alive.addAll(marked());
      alive.removeIf(each -> !each.isAlive());
      if (!process.isAlive() && alive.isEmpty()) {
        return;
      }
      Linux.killGroup(process.pid(), SIGKILL);
      process.destroyForcibly();
      alive.forEach(ProcessHandle::destroyForcibly);
      awaitTick(process);
    }
    LOG.warn("hook {} left processes that cannot be killed", name);
  }

  /** They need a moment to die; we may be interrupted already, and go on all the same. */
  private static void awaitTick(Process process) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whoever inherited the mark, wherever its parents are. */
  private Set<ProcessHandle> marked() {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    String sought = MARK + "=" + mark;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path each : all) {
        if (environmentOf(each).contains(sought)) {
          ProcessHandle.of(Long.parseLong(String.valueOf(each.getFileName())))
              .ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot look through /proc: {}", e.getMessage());
    }
    return found;
  }

  private static String environmentOf(Path process) {
    try {
      return Files.readString(
          process.resolve("environ"), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrNotOurs) {
      return "";
    }
  }
}
