package io.seedfall.agent;

import java.util.Map;
import java.util.TreeMap;

/** Where the time of one assignment went, by the names of {@code MachineDetail.millis}. */
final class TimeSpent {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** What an assignment does. */
  enum Span {
    LEARNING,
    CHECKING,
    CONNECTING,
    RECEIVING,
    SYNCING,
    STAGED,
    INSTALLING,
    HOOKS;

    private String words() {
      return switch (this) {
        case LEARNING -> "learning";
        case CHECKING -> "checking";
        case CONNECTING -> "connecting";
        case RECEIVING -> "receiving";
        case SYNCING -> "syncing";
        case STAGED -> "staged";
        case INSTALLING -> "installing";
        case HOOKS -> "hooks";
      };
    }
  }

  private final Map<Span, Long> nanos = new TreeMap<>();

  /** So much more of it; less than nothing is nothing. */
  void add(Span span, long more) {
    nanos.merge(span, Math.max(0, more), Long::sum);
  }

  /** In whole milliseconds; what did not happen is absent. */
  Map<String, Long> millis() {
    Map<String, Long> millis = new TreeMap<>();
    nanos.forEach((span, spent) -> millis.put(span.words(), spent / NANOS_PER_MILLI));
    return millis;
  }
}
