package io.seedfall.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@code seedfall demo} in a session and process group of its own, as a terminal starts it, with
 * a temporary directory of its own. Everything that runs in the session ends, by process id, with
 * {@link #close}, whatever the demo did.
 */
final class RunningDemo implements AutoCloseable {
  /** Two agents and their coordinator. */
  static final int CHILDREN = 3;

  private static final String WHERE = "everything is in ";

  /** Ctrl-C does its work also where the tests run in the background, and so ignore it. */
  private static final List<String> PREFIX = List.of("setsid", "env", "--default-signal=INT");

  private static final String TELL_ID = "echo $$ >demo-id && exec \"$@\"";

  private final SeedfallProcess process;
  private final Path temporary;
  private final long id;

  private RunningDemo(SeedfallProcess process, Path temporary, long id) {
    this.process = process;
    this.temporary = temporary;
    this.id = id;
  }

  /** Starts one with two agents; it has said where its files are when this comes back. */
  static RunningDemo start(Path directory, String... more) throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    List<String> prefix = new ArrayList<>(PREFIX);
    prefix.addAll(List.of("TMPDIR=" + temporary, "sh", "-c", TELL_ID, "sh"));
    List<String> arguments = new ArrayList<>(List.of("demo", "--agents", "2"));
    arguments.addAll(List.of(more));
    SeedfallProcess process =
        SeedfallProcess.startInside(prefix, directory, arguments.toArray(String[]::new));
    try {
      process.awaitNote(line -> line.contains(WHERE));
      long id = Long.parseLong(Files.readString(directory.resolve("demo-id")).strip());
      return new RunningDemo(process, temporary, id);
    } catch (Exception | AssertionError e) {
      process.close();
      throw e;
    }
  }

  SeedfallProcess process() {
    return process;
  }

  /** The ids of everything that it started and that runs. */
  List<Long> childIds() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::valueOf)
          .filter(pid -> pid != id && runsInSession(pid))
          .sorted()
          .toList();
    }
  }

  /** One that has ended and that nobody has asked for its exit code runs no more. */
  private boolean runsInSession(long pid) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // after the name in parentheses: state, parent, group, session
      String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return !words[0].equals("Z") && Long.parseLong(words[3]) == id;
    } catch (IOException ended) {
      return false;
    }
  }

  /** Where the demo said that everything is. */
  Path directory() throws InterruptedException {
    String line = process.awaitNote(note -> note.contains(WHERE));
    return Path.of(line.substring(line.indexOf(WHERE) + WHERE.length()));
  }

  /** What Ctrl-C in a terminal does: SIGINT to the demo and to all that it started. */
  void interrupt() throws IOException, InterruptedException {
    run("kill -s INT -- -" + id);
  }

  /** The same where all of it may have ended already. */
  void interruptWhatRuns() throws IOException, InterruptedException {
    run("kill -s INT -- -" + id + " || true");
  }

  /** Runs a line in a shell and gives what it printed; it must succeed. */
  static String run(String line) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (shell.waitFor() != 0) {
      throw new AssertionError(line + ": " + said);
    }
    return said;
  }

  /** What lies in the directory for temporary files. */
  List<Path> leftFiles() throws IOException {
    try (Stream<Path> left = Files.walk(temporary)) {
      return left.filter(path -> !path.equals(temporary)).toList();
    }
  }

  @Override
  public void close() throws IOException {
    process.close();
    for (long child : childIds()) {
      ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
