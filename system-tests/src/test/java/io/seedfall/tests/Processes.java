package io.seedfall.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a test started in its directory; it ends with the test, the last first. */
final class Processes implements AutoCloseable {
  private final Path directory;
  private final List<ChildProcess> started = new ArrayList<>();

  Processes(Path directory) {
    this.directory = directory;
  }

  /** Starts {@code seedfall ARGUMENTS}. */
  SeedfallProcess start(String... arguments) throws IOException {
    return add(SeedfallProcess.start(directory, arguments));
  }

  /** Starts it as {@link SeedfallProcess#seed} does. */
  SeedfallProcess seed(Path source, Path torrent, String... more) throws IOException {
    return add(SeedfallProcess.seed(directory, source, torrent, more));
  }

  /** Starts it as {@link SeedfallProcess#get} does. */
  SeedfallProcess get(String torrent, Path output, String peer, String... more) throws IOException {
    return add(SeedfallProcess.get(directory, torrent, output, peer, more));
  }

  /** This one too. */
  <P extends ChildProcess> P add(P process) {
    started.add(process);
    return process;
  }

  /** Those of our own that run this command. */
  List<SeedfallProcess> ofCommand(String command) {
    return started.stream()
        .filter(SeedfallProcess.class::isInstance)
        .map(SeedfallProcess.class::cast)
        .filter(process -> process.toString().startsWith("seedfall " + command + " "))
        .toList();
  }

  /** All that was said, for the message of a failed test. */
  String all() {
    return String.join("\n\n", started.stream().map(ChildProcess::both).toList());
  }

  /** Ends all at once, whatever they do. */
  void end() {
    started.reversed().forEach(ChildProcess::end);
  }

  @Override
  public void close() {
    started.reversed().forEach(ChildProcess::close);
  }
}
