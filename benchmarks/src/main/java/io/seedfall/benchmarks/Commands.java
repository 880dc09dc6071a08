package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Short commands that are run and waited for. */
final class Commands {
  /**
   * What a command came to.
   *
   * @param exit its exit code
   * @param output what it printed, both streams
   */
  record Outcome(int exit, String output) {}

  private static final String PATH_DEFAULT = "/usr/sbin:/usr/bin:/sbin:/bin";

  private Commands() {}

  /** Runs it to its end. */
  static Outcome attempt(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.onExit().join().exitValue(), output);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, String.join(" ", command) + ": does not start: " + e.getMessage(), e);
    }
  }

  /** Runs it to its end and gives what it printed; anything but exit code 0 is a failure. */
  static String run(String... command) {
    Outcome outcome = attempt(List.of(command));
    if (outcome.exit() != 0) {
      throw new CommandFailure(
          ExitCode.LOCAL, String.join(" ", command) + ": " + outcome.output().strip());
    }
    return outcome.output();
  }

  /** Waits so long. */
  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
  }

  /** A prefix and the words behind it, as one command. */
  static List<String> words(List<String> prefix, String... more) {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(List.of(more));
    return words;
  }

  /** Whether a program of that name is on the path, or is there when the name is a path. */
  static boolean isInstalled(String program) {
    if (program.startsWith("/")) {
      return Files.isExecutable(Path.of(program));
    }
    String path = System.getenv().getOrDefault("PATH", "") + ":" + PATH_DEFAULT;
    for (String folder : path.split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
