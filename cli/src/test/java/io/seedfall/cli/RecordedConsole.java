package io.seedfall.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A console whose two streams are kept. */
final class RecordedConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  RecordedConsole(boolean terminal) {
    console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal);
  }

  Console console() {
    return console;
  }

  /** Runs a command on this console. */
  int run(String... arguments) {
    return SeedfallMain.run(console, arguments);
  }

  /** The same with settings from there. */
  int run(Origins origins, String... arguments) {
    return SeedfallMain.run(console, origins, arguments);
  }

  String answer() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String notes() {
    return err.toString(StandardCharsets.UTF_8);
  }

  List<String> noteLines() {
    return notes().lines().toList();
  }
}
