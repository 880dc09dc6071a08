package io.seedfall.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The whole terminal, for a while: its other screen, without cursor and echo, keys as they are
 * pressed. {@link #close} gives it back as it was, also from the JVM's shutdown; a second time does
 * nothing. One thread draws, any closes.
 */
final class Screen implements AutoCloseable {
  /** How large it is. */
  record Size(int columns, int rows) {}

  /** What was pressed, as far as anybody wants to know. */
  enum Key {
    QUIT,
    UP,
    DOWN,
    ORDER,
    OTHER
  }

  private static final String ESC = "\u001b[";
  private static final String OTHER_SCREEN = ESC + "?1049h" + ESC + "?25l" + ESC + "?7l";
  private static final String OWN_SCREEN = ESC + "?7h" + ESC + "?25h" + ESC + "?1049l";
  private static final Path TERMINAL = Path.of("/dev/tty");
  private static final int UNTAKEN_MAX = 64;
  private static final long STTY_SECONDS_MAX = 5;

  private final PrintStream out;
  private final boolean colours;
  private final String before;
  private final InputStream in;
  private final BlockingQueue<Key> keys = new ArrayBlockingQueue<>(UNTAKEN_MAX);
  private String last = "";
  private boolean closed;

  private Screen(PrintStream out, boolean colours, String before, InputStream in) {
    this.out = out;
    this.colours = colours;
    this.before = before;
    this.in = in;
  }

  /** Takes the terminal over. */
  static Screen open(PrintStream out, boolean colours) throws IOException {
    String before = stty("-g");
    InputStream in = new FileInputStream(TERMINAL.toFile());
    Screen screen = new Screen(out, colours, before, in);
    // Ctrl-C stays a signal, which ends the process in order; Ctrl-Z would leave a mess behind.
    stty("-icanon", "-echo", "min", "1", "time", "0", "susp", "undef");
    screen.print(OTHER_SCREEN);
    Thread reader = new Thread(screen::read, "keys");
    reader.setDaemon(true);
    reader.start();
    return screen;
  }

  /** As it is now: people pull at windows. */
  Size size() throws IOException {
    return size(stty("size"));
  }

  static Size size(String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String word : text.strip().split(" ", -1)) {
      if (!word.isEmpty() && word.length() < 6 && word.chars().allMatch(Character::isDigit)) {
        numbers.add(Integer.parseInt(word));
      }
    }
    boolean told = numbers.size() == 2 && numbers.get(0) > 0 && numbers.get(1) > 0;
    return told ? new Size(numbers.get(1), numbers.get(0)) : new Size(80, 24);
  }

  /** The next key; null when none was pressed. */
  @Nullable Key key() {
    return keys.poll();
  }

  /** Draws what differs from what is there, in one go. */
  synchronized void draw(List<FleetFrame.Line> lines) {
    StringBuilder frame = new StringBuilder(ESC + "H");
    for (int i = 0; i < lines.size(); i++) {
      FleetFrame.Line line = lines.get(i);
      frame.append(ESC).append("0m").append(look(line.look())).append(line.text());
      frame.append(ESC).append("0m").append(ESC).append("K");
      frame.append(i + 1 < lines.size() ? "\r\n" : ESC + "J");
    }
    if (!closed && !frame.toString().equals(last)) {
      last = frame.toString();
      print(last);
    }
  }

  private String look(FleetFrame.Look look) {
    return switch (look) {
      case PLAIN -> "";
      case TITLE -> ESC + "1m";
      case CHOSEN -> ESC + "7m";
      case BAD -> colours ? ESC + "31m" : ESC + "1m";
    };
  }

  /** The whole of it is drawn anew the next time. */
  synchronized void forget() {
    last = "";
  }

  private void print(String text) {
    out.write(
        text.getBytes(StandardCharsets.UTF_8), 0, text.getBytes(StandardCharsets.UTF_8).length);
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      print(ESC + "0m" + OWN_SCREEN);
      stty(before);
    }
  }

  // ---- keys ---------------------------------------------------------------------------------

  private void read() {
    byte[] some = new byte[64];
    try {
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        for (Key key : keys(new String(some, 0, count, StandardCharsets.ISO_8859_1))) {
          boolean taken = keys.offer(key);
          if (!taken) {
            break; // nobody looks: who pressed them will press again
          }
        }
      }
    } catch (IOException _) {
      // the terminal has gone, and with it whoever pressed keys
    }
    keys.clear();
    keys.add(Key.QUIT);
  }

  /** What those characters of a terminal mean. */
  static List<Key> keys(String typed) {
    List<Key> pressed = new ArrayList<>();
    for (int i = 0; i < typed.length(); i++) {
      boolean sequence = typed.startsWith("\u001b[", i) || typed.startsWith("\u001bO", i);
      if (sequence && i + 2 < typed.length()) {
        pressed.add(
            switch (typed.charAt(i + 2)) {
              case 'A' -> Key.UP;
              case 'B' -> Key.DOWN;
              default -> Key.OTHER;
            });
        i += 2;
      } else {
        pressed.add(
            switch (typed.charAt(i)) {
              case 'q', 'Q', '\u0004' -> Key.QUIT;
              case 'k' -> Key.UP;
              case 'j' -> Key.DOWN;
              case 's' -> Key.ORDER;
              default -> Key.OTHER;
            });
      }
    }
    return pressed;
  }

  // ---- the terminal's settings --------------------------------------------------------------

  private static String stty(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(TERMINAL.toFile())
            .redirectErrorStream(true)
            .start();
    try (InputStream output = process.getInputStream()) {
      String said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(STTY_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("stty cannot set this terminal up: " + said);
      }
      return said;
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while setting the terminal up", e);
    }
  }
}
