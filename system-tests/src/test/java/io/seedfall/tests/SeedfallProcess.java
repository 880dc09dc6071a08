package io.seedfall.tests;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code seedfall} process in a JVM of its own, as a user would start it. Its lines are read as
 * they come and waited for without polling; it is ended by its process id.
 */
final class SeedfallProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration END_PATIENCE = Duration.ofSeconds(60);
  private static final String LOOPBACK = "127.0.0.1:0";
  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");

  private final String what;
  private final Process process;
  private final Lines out = new Lines();
  private final Lines err = new Lines();
  private final List<Thread> readers = new ArrayList<>();

  private SeedfallProcess(String what, Process process) {
    this.what = what;
    this.process = process;
  }

  /** Starts {@code seedfall ARGUMENTS} in {@code directory}. */
  static SeedfallProcess start(Path directory, String... arguments) throws IOException {
    return startInside(List.of(), directory, arguments);
  }

  /** Starts {@code seed SOURCE} on loopback, which writes the torrent; its address comes next. */
  static SeedfallProcess seed(Path directory, Path source, Path torrent, String... more)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("seed", source.toString(), "--torrent-out", torrent.toString(), "--json"));
    arguments.addAll(List.of("--listen", LOOPBACK));
    arguments.addAll(List.of(more));
    return start(directory, arguments.toArray(String[]::new));
  }

  /** Starts {@code get TORRENT} (a file or a link) on loopback, with one peer to fetch from. */
  static SeedfallProcess get(
      Path directory, String torrent, Path output, String peer, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("get", torrent, "--output", output.toString()));
    arguments.addAll(List.of("--listen", LOOPBACK, "--peer", peer));
    arguments.addAll(List.of(more));
    return start(directory, arguments.toArray(String[]::new));
  }

  /**
   * The same behind a prefix, for instance {@code ip netns exec NAME}, that replaces itself by the
   * program: the process id stays right.
   */
  static SeedfallProcess startInside(List<String> prefix, Path directory, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xms32m",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.seedfall.cli.SeedfallMain"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"));
    builder.environment().remove("SEEDFALL_COORDINATOR");
    builder.environment().put("LC_ALL", "C.UTF-8");
    SeedfallProcess started =
        new SeedfallProcess("seedfall " + String.join(" ", arguments), builder.start());
    started.read(started.process.inputReader(StandardCharsets.UTF_8), started.out);
    started.read(started.process.errorReader(StandardCharsets.UTF_8), started.err);
    return started;
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

  /** The address that a daemon with {@code --json} prints when it is ready. */
  String awaitAddress() throws InterruptedException {
    Matcher matcher = ADDRESS.matcher(awaitAnswer(line -> line.contains("\"listening\"")));
    if (!matcher.find()) {
      throw new AssertionError(what + ": no address in its first line\n" + both());
    }
    return matcher.group(1);
  }

  /** The first line on standard output that fits, now or later. */
  String awaitAnswer(Predicate<String> fits) throws InterruptedException {
    return await(out, fits);
  }

  /** The first line on standard error that fits, now or later. */
  String awaitNote(Predicate<String> fits) throws InterruptedException {
    return await(err, fits);
  }

  private String await(Lines lines, Predicate<String> fits) throws InterruptedException {
    String line = lines.await(fits, PATIENCE);
    if (line == null) {
      throw new AssertionError(what + ": the line waited for did not come\n" + both());
    }
    return line;
  }

  /** Waits for its end and gives the exit code. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(what + ": still runs\n" + both());
    }
    for (Thread reader : readers) {
      reader.join(PATIENCE);
    }
    return process.exitValue();
  }

  /** SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM, and waits until it is gone. */
  int stop() throws InterruptedException {
    process.destroy();
    return awaitExit();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Everything on standard output so far. */
  List<String> answer() {
    return out.all();
  }

  /** Everything on standard error so far. */
  List<String> notes() {
    return err.all();
  }

  /** Both, for the message of a failed test. */
  String both() {
    return "--- stdout\n%s\n--- stderr\n%s"
        .formatted(String.join("\n", out.all()), String.join("\n", err.all()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
