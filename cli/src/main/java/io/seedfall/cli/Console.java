package io.seedfall.cli;

import io.seedfall.control.ControlJson;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command prints: answers to standard output (text, or JSON and nothing else), everything
 * about the way there to standard error. On a terminal one live line is drawn over and over; in a
 * pipe every update is a line.
 *
 * <p>Any thread may call it; one at a time prints.
 */
public final class Console {
  private static final int OUT = 1;
  private static final int ERR = 2;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final boolean wholeScreen;
  private int liveWidth;
  private boolean muted;

  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, terminal, false);
  }

  private Console(PrintStream out, PrintStream err, boolean terminal, boolean wholeScreen) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.wholeScreen = wholeScreen;
  }

  /** The console of this process. */
  public static Console ofProcess() {
    return new Console(
        System.out, System.err, isTerminal(ERR) && canRedraw(), isTerminal(OUT) && canRedraw());
  }

  /** Whether a person sees what this process answers, on a screen that can be drawn on. */
  boolean wholeScreen() {
    return wholeScreen;
  }

  /** Whether colours are welcome (no-color.org). */
  static boolean colours() {
    String unwelcome = System.getenv("NO_COLOR");
    return unwelcome == null || unwelcome.isEmpty();
  }

  /** A build's log keeps every line, whatever it pretends to be; a dumb terminal has no cursor. */
  private static boolean canRedraw() {
    return canRedraw(System.getenv());
  }

  static boolean canRedraw(Map<String, String> environment) {
    String ci = environment.getOrDefault("CI", "");
    return (ci.isEmpty() || ci.equals("false") || ci.equals("0"))
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Linux says what it is; where it does not, it is taken for a pipe. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** Prints nothing from here on: the process is on its way out. */
  synchronized void mute() {
    clearLive();
    err.flush();
    muted = true;
  }

  /** Whether a person watches the live line. */
  boolean terminal() {
    return terminal;
  }

  /** For whoever writes answers on its own: picocli's help. */
  public PrintWriter answers() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  /** For whoever writes notes on its own: stack traces. */
  public PrintWriter notes() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  /** A table, as the answer. */
  public void table(TextTable table) {
    table.lines().forEach(this::answer);
  }

  /** A line of the answer. */
  public synchronized void answer(String line) {
    if (muted) {
      return;
    }
    clearLive();
    out.println(line);
    out.flush();
  }

  /** A line of JSON: any record, map or list of them. */
  public void json(Object value) {
    answer(new String(ControlJson.encode(value), StandardCharsets.UTF_8));
  }

  /** A line about the way. */
  public synchronized void note(String line) {
    if (muted) {
      return;
    }
    clearLive();
    err.println(line);
    err.flush();
  }

  /** The new text of the live line. */
  public synchronized void live(String line) {
    if (muted) {
      return;
    }
    if (!terminal) {
      note(line);
      return;
    }
    String padding = " ".repeat(Math.max(0, liveWidth - line.length()));
    err.print("\r" + line + padding);
    err.flush();
    liveWidth = line.length();
  }

  private void clearLive() {
    if (liveWidth > 0) {
      err.print("\r" + " ".repeat(liveWidth) + "\r");
      liveWidth = 0;
    }
  }
}
