package io.seedfall.benchmarks;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What happened to the crowd so far. The crowd counts, anybody may read. */
final class CrowdTally {
  private static final int WHYS_MAX = 20;

  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger welcomes = new AtomicInteger();
  private final LongAdder said = new LongAdder();
  private final LongAdder heard = new LongAdder();
  private final ConcurrentHashMap<String, AtomicInteger> assigned = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AtomicInteger> finished = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AtomicInteger> losses = new ConcurrentHashMap<>();

  void welcomed() {
    connected.incrementAndGet();
    welcomes.incrementAndGet();
  }

  void lost(boolean wasWelcomed, String why) {
    if (wasWelcomed) {
      connected.decrementAndGet();
    }
    if (losses.size() < WHYS_MAX) {
      losses.computeIfAbsent(why, _ -> new AtomicInteger()).incrementAndGet();
    }
  }

  void assigned(String infoHash) {
    assigned.computeIfAbsent(infoHash, _ -> new AtomicInteger()).incrementAndGet();
  }

  void finished(String infoHash) {
    finished.computeIfAbsent(infoHash, _ -> new AtomicInteger()).incrementAndGet();
  }

  void said() {
    said.increment();
  }

  void heard() {
    heard.increment();
  }

  /** How many sessions are welcomed now. */
  int connected() {
    return connected.get();
  }

  /** How many sessions were ever welcomed. */
  int welcomes() {
    return welcomes.get();
  }

  /** How many machines were told to have this, each once. */
  int assignedOf(String infoHash) {
    AtomicInteger count = assigned.get(infoHash);
    return count == null ? 0 : count.get();
  }

  /** How many machines have it in place. */
  int finishedOf(String infoHash) {
    AtomicInteger count = finished.get(infoHash);
    return count == null ? 0 : count.get();
  }

  /** Messages to the coordinator. */
  long messagesSaid() {
    return said.sum();
  }

  /** Messages from it. */
  long messagesHeard() {
    return heard.sum();
  }

  /** Why attempts and sessions ended, and how often. */
  String losses() {
    return losses.toString();
  }
}
