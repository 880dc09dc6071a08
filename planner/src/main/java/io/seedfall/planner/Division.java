package io.seedfall.planner;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Divides a rate among many, so that what they are told together is never more.
 *
 * <pre>
 *   a sixteenth   in equal parts for everybody, asking or not: whoever begins has something
 *   the rest      for those that ask: half for those that have everything, half for those that
 *                 have not, all of it where there are only the ones; in equal parts
 * </pre>
 *
 * <p>Somebody out of reach goes on with what it was told, so that much is not there for others. Of
 * a rate that was more before it has what there is now, and hears so when it is back.
 *
 * @param slots for how many there is something
 * @param idle what everybody has, at least
 * @param asking what those have that ask, by name
 */
public record Division(long slots, long idle, SortedMap<String, Long> asking) {
  /** Nothing is divided, and nobody is told a share. */
  public static final Division NONE = new Division(0, 0, new TreeMap<>());

  /** How often the same rate may be divided anew because somebody came, went, began or ended. */
  public static final long MILLIS_MIN = 1_000;

  /** So long after somebody was heard of last its share is kept for it. */
  static final long KEPT_MILLIS = 60_000;

  /** One part of so many is for everybody. */
  static final int IDLE_PARTS = 16;

  /** So many or fewer have exact shares. Of more a share is rounded down, or all hear it often. */
  static final int EXACT_MAX = 16;

  /** The bits that are left when it is rounded: it is at most a sixteenth less. */
  private static final int ROUNDED_BITS = 5;

  /**
   * Somebody who asks.
   *
   * @param full whether it has all that there is to send
   * @param reachable whether it can be told something else
   * @param told what it was told before, 0 for nothing
   */
  public record Asker(String name, boolean full, boolean reachable, long told) {}

  /**
   * Divides {@code rate} among {@code members}, of whom {@code askers} ask.
   *
   * @param rate at least {@link #IDLE_PARTS} for each member, or each has 1 more than there is
   */
  public static Division of(long rate, int members, Collection<Asker> askers) {
    long slots = slots(members);
    long idle = Math.max(1, rate / IDLE_PARTS / slots);
    long rest = rate - idle * slots;
    int full = 0;
    int partial = 0;
    TreeMap<String, Long> asking = new TreeMap<>();
    for (Asker asker : askers) {
      if (isFixed(asker)) {
        long more = Math.clamp(asker.told() - idle, 0, Math.max(0, rest)); // it was another rate
        rest -= more;
        asking.put(asker.name(), idle + more);
      } else if (asker.full()) {
        full++;
      } else {
        partial++;
      }
    }
    long half = Math.max(0, full > 0 && partial > 0 ? rest / 2 : rest);
    for (Asker asker : askers) {
      if (!isFixed(asker)) {
        asking.put(asker.name(), idle + part(half, asker.full() ? full : partial));
      }
    }
    return new Division(slots, idle, asking);
  }

  private static boolean isFixed(Asker asker) {
    return !asker.reachable() && asker.told() > 0;
  }

  private static long part(long rest, int count) {
    long part = rest / count;
    int spare = Long.SIZE - Long.numberOfLeadingZeros(part) - ROUNDED_BITS;
    return count <= EXACT_MAX || spare <= 0 ? part : part >> spare << spare;
  }

  /** One more than there are, at least; it changes seldom while members come. */
  private static long slots(int members) {
    return Math.max(1, Long.highestOneBit(members) << 1);
  }

  /** Whether there are more of them than there was something for. */
  boolean isCrowded(int members) {
    return members > slots;
  }

  /** What somebody has. */
  public long of(String name) {
    return asking.getOrDefault(name, idle);
  }
}
