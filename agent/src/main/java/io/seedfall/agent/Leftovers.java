package io.seedfall.agent;

import io.seedfall.protocol.InfoHash;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What fetches have left behind that nobody waits for any more. It stands still, and stays for a
 * while: whatever took its place often shares most of its pieces. Belongs to the {@link
 * AgentLoop}'s thread.
 */
final class Leftovers {
  /** So long, and while another version is about to be opened. */
  static final long KEPT_NANOS = 10_000_000_000L;

  /** More of them are not worth their room: the oldest goes. */
  static final int LEFTOVERS_MAX = 2;

  private static final long LOOK_NANOS = 1_000_000_000L;

  private final Map<InfoHash, Long> sinceNanos = new TreeMap<>();

  /** Nobody waits for it any more, as of now if that is new. */
  void left(InfoHash infoHash, long nowNanos) {
    sinceNanos.putIfAbsent(infoHash, nowNanos);
  }

  /** It is wanted, or whole, or gone. */
  void remove(InfoHash infoHash) {
    sinceNanos.remove(infoHash);
  }

  boolean contains(InfoHash infoHash) {
    return sinceNanos.containsKey(infoHash);
  }

  Set<InfoHash> all() {
    return Set.copyOf(sinceNanos.keySet());
  }

  /**
   * Whether one of them stays.
   *
   * @param oneIsAboutToOpen whether another version is, which may have use for it
   */
  boolean stays(InfoHash infoHash, long nowNanos, boolean oneIsAboutToOpen) {
    Long since = sinceNanos.get(infoHash);
    if (since == null) {
      return false;
    }
    long younger = sinceNanos.values().stream().filter(other -> other - since > 0).count();
    return younger < LEFTOVERS_MAX && (nowNanos - since < KEPT_NANOS || oneIsAboutToOpen);
  }

  /** When one of them may be let go, if nothing happens before. */
  long waitNanos(long nowNanos) {
    long wait = Long.MAX_VALUE;
    for (long since : sinceNanos.values()) {
      wait = Math.min(wait, Math.max(since + KEPT_NANOS - nowNanos, LOOK_NANOS));
    }
    return wait;
  }
}
