package io.seedfall.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One {@code seedfall} process in a JVM of its own, as a user would start it. */
final class SeedfallProcess extends ChildProcess {
  private static final Duration END_PATIENCE = Duration.ofSeconds(60);

  /** The launcher's own. Maven runs the tests in their module's directory. */
  private static final Path JVM_OPTIONS = Path.of("..", "config", "jvm-options").toAbsolutePath();

  private static final String LOOPBACK = "127.0.0.1:0";
  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");

  private SeedfallProcess(String what, ProcessBuilder builder) throws IOException {
    super(what, builder);
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
    return started(prefix, List.of(), directory, arguments);
  }

  /** Starts it with more options for the JVM, as SEEDFALL_JAVA_OPTIONS gives them. */
  static SeedfallProcess startWith(List<String> jvmOptions, Path directory, String... arguments)
      throws IOException {
    return started(List.of(), jvmOptions, directory, arguments);
  }

  private static SeedfallProcess started(
      List<String> prefix, List<String> jvmOptions, Path directory, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + JVM_OPTIONS);
    command.addAll(jvmOptions);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.seedfall.cli.SeedfallMain"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"));
    builder.environment().remove("SEEDFALL_COORDINATOR");
    builder.environment().put("SEEDFALL_CONFIG", "/dev/null");
    builder.environment().remove("SEEDFALL_CREDENTIALS");
    builder.environment().put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return new SeedfallProcess("seedfall " + String.join(" ", arguments), builder);
  }

  /** The address that a daemon with {@code --json} prints when it is ready. */
  String awaitAddress() throws InterruptedException {
    Matcher matcher = ADDRESS.matcher(awaitAnswer(line -> line.contains("\"listening\"")));
    if (!matcher.find()) {
      throw new AssertionError("no address in its first line: " + both());
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    close(END_PATIENCE);
  }
}
