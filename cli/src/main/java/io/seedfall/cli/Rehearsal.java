package io.seedfall.cli;

import io.seedfall.control.SeedfallClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A coordinator, two agents and a deployment in this one process, so that the JVM can learn from
 * them what our processes load, link and compile (JEP 483, 514 and 515); the launcher runs it once
 * after a build. The argument is an empty directory, which is the launcher's to remove.
 */
final class Rehearsal {
  private static final int AGENTS = 2;
  private static final long FILE_BYTES = 64 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");

  private final Path directory;

  private Rehearsal(Path directory) {
    this.directory = directory;
  }

  /** Runs it and ends the process, with exit code 0 when everything was installed. */
  public static void main(String[] arguments) throws Exception {
    System.exit(new Rehearsal(Path.of(arguments[0])).run());
  }

  private int run() throws Exception {
    String coordinator =
        started("coordinator", "--listen", "127.0.0.1:0", "--state", path("coordinator"));
    for (int agent = 1; agent <= AGENTS; agent++) {
      Files.createDirectories(Path.of(path("root" + agent)));
      started(
          "agent",
          "--coordinator",
          coordinator,
          "--name",
          "agent-" + agent,
          "--listen",
          "127.0.0.1:0",
          "--root",
          path("root" + agent),
          "--state",
          path("state" + agent));
    }
    awaitAgents(URI.create(coordinator));
    Path file = Path.of(path("file"));
    DemoSource.fill(Files.createFile(file), FILE_BYTES, 1);
    PrintStream nowhere = print(OutputStream.nullOutputStream());
    return SeedfallMain.run(
        new Console(nowhere, nowhere, false),
        "deploy",
        file.toString(),
        "--to",
        "all",
        "--path",
        "file",
        "--coordinator",
        coordinator);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private static PrintStream print(OutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  /** Runs a command that goes on, and gives the address that it prints. */
  private static String started(String... arguments) throws IOException {
    String[] words = Arrays.copyOf(arguments, arguments.length + 1);
    words[arguments.length] = "--json";
    try (BufferedReader answers = reader(words)) {
      String line = answers.readLine();
      Matcher address = ADDRESS.matcher(line == null ? "" : line);
      if (!address.find()) {
        throw new IllegalStateException(arguments[0] + " says no address: " + line);
      }
      return address.group(1);
    }
  }

  private static BufferedReader reader(String... words) throws IOException {
    PipedOutputStream out = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(out);
    Console console = new Console(print(out), print(OutputStream.nullOutputStream()), false);
    Thread.ofVirtual().name(words[0]).start(() -> SeedfallMain.run(console, words));
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private static void awaitAgents(URI coordinator) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (SeedfallClient client = new SeedfallClient(coordinator)) {
      while (client.status().agentsConnected() < AGENTS) {
        if (System.nanoTime() - deadline > 0) {
          throw new CommandFailure(ExitCode.FAILED, "the agents do not reach the coordinator");
        }
        Thread.sleep(POLL);
      }
    }
  }
}
