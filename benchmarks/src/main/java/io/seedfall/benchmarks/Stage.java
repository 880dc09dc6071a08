package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run of one contender plays on: hosts, a fresh directory for each, the file on host 0,
 * and the group that counts its processes.
 */
final class Stage {
  private final Hosts hosts;
  private final ControlGroup group;
  private final ControlGroup unpaid;
  private final Path directory;
  private final Payload payload;
  private final long bitsPerSecond;
  private final List<Started> started = new ArrayList<>();

  /**
   * @param group of the contender's processes
   * @param unpaid of processes that no contender pays for, such as a tracker
   * @param directory empty
   * @param bitsPerSecond of the slowest link, 0 when links are not shaped
   */
  Stage(
      Hosts hosts,
      ControlGroup group,
      ControlGroup unpaid,
      Path directory,
      Payload payload,
      long bitsPerSecond)
      throws IOException {
    this.hosts = hosts;
    this.group = group;
    this.unpaid = unpaid;
    this.directory = directory;
    this.payload = payload;
    this.bitsPerSecond = bitsPerSecond;
    for (int host = 0; host < hosts.count(); host++) {
      Files.createDirectory(directory(host));
    }
    payload.linkTo(file(0));
  }

  Hosts hosts() {
    return hosts;
  }

  Payload payload() {
    return payload;
  }

  long bitsPerSecond() {
    return bitsPerSecond;
  }

  /** A path for what is nobody's. */
  Path path(String name) {
    return directory.resolve(name);
  }

  /** The directory of one host. */
  Path directory(int host) {
    return directory.resolve("h" + host);
  }

  /** The file as a host has it: host 0 from the start, the others in the end. */
  Path file(int host) {
    return directory(host).resolve(Payload.NAME);
  }

  /** What contenders that cannot put the file in place in one step make when it is complete. */
  Path mark(int host) {
    return directory(host).resolve("complete");
  }

  /** Writes a small file that is nobody's, and gives its path. */
  Path write(String name, String text) throws IOException {
    return Files.writeString(path(name), text);
  }

  /** Writes a shell script and gives its path. */
  Path script(String name, String text) throws IOException {
    Path script = write(name, "#!/bin/sh\n" + text);
    if (!script.toFile().setExecutable(true)) {
      throw new IOException(script + " cannot be made executable");
    }
    return script;
  }

  /** Starts a process of the contender on a host. */
  Started start(int host, List<String> command) throws IOException {
    return start(command.getFirst() + " on host " + host, group, hosts.on(host), command);
  }

  /** Starts a process that no contender pays for, beside the hosts. */
  Started startBeside(List<String> command) throws IOException {
    return start(command.getFirst() + " beside the hosts", unpaid, hosts.beside(), command);
  }

  private Started start(String what, ControlGroup in, List<String> on, List<String> command)
      throws IOException {
    List<String> words = new ArrayList<>(in.inside());
    words.addAll(on);
    words.addAll(command);
    Path log = path("log-" + started.size());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().remove("SEEDFALL_COORDINATOR");
    builder.environment().put("SEEDFALL_CONFIG", "/dev/null");
    Started process = new Started(what, builder.start(), log);
    started.add(process);
    return process;
  }

  /** Runs a short command, on a host or beside them, which no contender pays for. */
  private static Commands.Outcome ask(List<String> on, List<String> command) {
    List<String> words = new ArrayList<>(on);
    words.addAll(command);
    return Commands.attempt(words);
  }

  /** Repeats a question on a host until the answer fits, for at most so many attempts. */
  void awaitAnswer(int host, List<String> command, Answer fits) {
    awaitAnswer("host " + host, hosts.on(host), command, fits);
  }

  /** The same beside the hosts. */
  void awaitAnswerBeside(List<String> command, Answer fits) {
    awaitAnswer("what is beside the hosts", hosts.beside(), command, fits);
  }

  private void awaitAnswer(String who, List<String> on, List<String> command, Answer fits) {
    Commands.Outcome outcome = new Commands.Outcome(0, "");
    for (int attempt = 0; attempt < Answer.ATTEMPTS_MAX; attempt++) {
      outcome = ask(on, command);
      if (fits.fits(outcome)) {
        return;
      }
      String failure = failure();
      if (failure != null) {
        throw new CommandFailure(ExitCode.FAILED, failure);
      }
      Commands.pause(Answer.PAUSE_MILLIS);
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "%s is not ready: %s: %s"
            .formatted(who, String.join(" ", command), outcome.output().strip()));
  }

  /** An answer that is waited for. */
  @FunctionalInterface
  interface Answer {
    /** So often a question is asked at most. */
    int ATTEMPTS_MAX = 300;

    /** Between two attempts. */
    long PAUSE_MILLIS = 200;

    boolean fits(Commands.Outcome outcome);
  }

  /** What went wrong with a process of this run; null when nothing did. */
  @Nullable String failure() {
    for (Started process : started) {
      String failure = process.failure();
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }
}
