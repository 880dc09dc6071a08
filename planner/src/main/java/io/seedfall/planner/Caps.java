package io.seedfall.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What people have said that agents may move at most. Of several caps that match an agent the least
 * counts. A machine is told its cap with its welcome ({@link Planner#capOf}) and again whenever it
 * changes; publishers have a limit of their own.
 */
final class Caps {
  /** So many are kept at most: each is looked at for each agent that joins. */
  static final int CAPS_MAX = 100;

  /** One, and its selector read. */
  private record Entry(Cap cap, Predicate<Map<String, String>> matches) {}

  private final Board board;
  private final TreeMap<String, Entry> bySelector = new TreeMap<>();

  Caps(Board board) {
    this.board = board;
  }

  /** What the store remembers. */
  void restore(List<Cap> caps) {
    caps.forEach(this::put);
  }

  private void put(Cap cap) {
    bySelector.put(cap.selector(), new Entry(cap, board.selector(cap.selector())));
  }

  /** All, by selector. */
  List<Cap> all() {
    List<Cap> all = new ArrayList<>();
    bySelector.values().forEach(entry -> all.add(entry.cap()));
    return all;
  }

  /** What this one may move at most, 0 for as much as it can. */
  long of(AgentFacts agent) {
    long least = 0;
    if (agent.role() == AgentRole.MACHINE) {
      for (Entry entry : bySelector.values()) {
        long rate = entry.cap().bytesPerSecond();
        if ((least == 0 || rate < least) && entry.matches().test(agent.labels())) {
          least = rate;
        }
      }
    }
    return least;
  }

  /** A cap is set, or another rate of it, or it is lifted with a rate of 0. */
  void request(String selector, long bytesPerSecond) {
    Entry known = bySelector.get(selector);
    long before = known == null ? 0 : known.cap().bytesPerSecond();
    if (before == bytesPerSecond) {
      refuse(
          Refusal.NOTHING_TO_CHANGE,
          before == 0
              ? "there is no cap of " + selector + ": 'seedfall cap list' shows those there are"
              : "the cap of " + selector + " is that already");
      return;
    }
    if (known == null && bySelector.size() >= CAPS_MAX) {
      refuse(Refusal.LIMIT_REACHED, bySelector.size() + " caps are set, more is not allowed");
      return;
    }
    SortedMap<String, Long> told = rates();
    if (bytesPerSecond == 0) {
      bySelector.remove(selector);
    } else {
      put(new Cap(selector, bytesPerSecond));
    }
    board.put(new PlannerEffect.CapStored(selector, bytesPerSecond));
    board.put(new PlannerEffect.Accepted(""));
    rates()
        .forEach((agent, rate) -> {
          if (!rate.equals(told.get(agent))) {
            board.put(new PlannerEffect.SetCap(agent, rate));
          }
        });
  }

  /** What everybody who is connected has been told, or is to be told. */
  private SortedMap<String, Long> rates() {
    TreeMap<String, Long> rates = new TreeMap<>();
    for (AgentSnapshot agent : board.fleet().all()) {
      if (agent.connected()) {
        rates.put(agent.facts().name(), of(agent.facts()));
      }
    }
    return rates;
  }

  private void refuse(Refusal refusal, String why) {
    board.put(new PlannerEffect.Refused("", refusal, why));
  }
}
