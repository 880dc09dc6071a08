package io.seedfall.simulator.fleet;

import java.util.ArrayDeque;
import java.util.List;

/** What happened, one line each: a hash over all of them, and the last ones for people. */
final class FleetTrace {
  /** So many lines are kept. */
  static final int LINES_MAX = 4_000;

  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private final ArrayDeque<String> last = new ArrayDeque<>();
  private long hash = 0xCBF2_9CE4_8422_2325L;

  void say(long millis, String who, String what) {
    String line = (millis - Agenda.BEGIN_MILLIS) + " " + who + " " + what;
    for (int i = 0; i < line.length(); i++) {
      hash = (hash ^ line.charAt(i)) * MULTIPLIER;
      hash ^= hash >>> 29;
    }
    last.add(line);
    if (last.size() > LINES_MAX) {
      last.remove();
    }
  }

  long hash() {
    return hash;
  }

  /** The last lines, the latest at the end. */
  List<String> lines() {
    return List.copyOf(last);
  }
}
