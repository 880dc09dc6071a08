package io.seedfall.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What people have said that agents may move at most, each of them or all of a zone or rack over
 * their uplink. Of several caps that match an agent the least counts, and beside it its share of
 * its zone's and of its rack's uplink ({@link UplinkShares}). A machine is told its caps with its
 * welcome ({@link Planner#capsOf}) and again whenever they change; publishers have a limit of their
 * own.
 */
final class Caps {
  /** So many are kept at most: each is looked at for each agent that joins. */
  static final int CAPS_MAX = 100;

  private static final Comparator<CapScope> BY_SELECTOR =
      Comparator.comparing(CapScope::selector).thenComparing(CapScope::isUplink);

  /** What is set, and for whom. */
  private final TreeMap<CapScope, Cap> caps = new TreeMap<>(BY_SELECTOR);

  private final TreeMap<String, Predicate<Map<String, String>>> matches = new TreeMap<>();
  private final Board board;
  private final UplinkShares uplinks;

  /** What machines were told that are connected, or that may still go by it. */
  private final TreeMap<String, AgentCaps> told = new TreeMap<>();

  private long dividedMillis;
  private boolean overdue;

  Caps(Board board) {
    this.board = board;
    this.uplinks = new UplinkShares(board);
  }

  /** What the store remembers. */
  void restore(List<Cap> restored) {
    restored.forEach(this::put);
  }

  private void put(Cap cap) {
    caps.put(cap.scope(), cap);
    switch (cap.scope()) {
      case CapScope.Each(String selector) -> matches.put(selector, board.selector(selector));
      case CapScope.Uplink uplink -> {
        uplinks.put(uplink, cap.bytesPerSecond());
        overdue = true;
      }
    }
  }

  private void remove(CapScope scope) {
    caps.remove(scope);
    switch (scope) {
      case CapScope.Each(String selector) -> matches.remove(selector);
      case CapScope.Uplink uplink -> uplinks.remove(uplink);
    }
  }

  /** All, by selector. */
  List<Cap> all() {
    return new ArrayList<>(caps.values());
  }

  /** What this one may move at most. */
  AgentCaps of(AgentFacts agent) {
    if (agent.role() == AgentRole.PUBLISHER) {
      return AgentCaps.NONE;
    }
    return new AgentCaps(
        ofEach(agent), uplinks.of(Boundary.ZONE, agent), uplinks.of(Boundary.RACK, agent));
  }

  private long ofEach(AgentFacts agent) {
    long least = 0;
    for (Map.Entry<String, Predicate<Map<String, String>>> entry : matches.entrySet()) {
      Cap cap = caps.get(new CapScope.Each(entry.getKey()));
      if (cap != null
          && (least == 0 || cap.bytesPerSecond() < least)
          && entry.getValue().test(agent.labels())) {
        least = cap.bytesPerSecond();
      }
    }
    return least;
  }

  /** A machine is there, and has heard its caps with its welcome. */
  void joined(AgentFacts agent) {
    told.put(agent.name(), of(agent));
    overdue |= uplinks.isCrowded(agent);
  }

  /** A cap is set, or another rate of it, or it is lifted with a rate of 0. */
  void request(CapScope scope, long bytesPerSecond) {
    Cap known = caps.get(scope);
    long before = known == null ? 0 : known.bytesPerSecond();
    if (before == bytesPerSecond) {
      refuse(
          Refusal.NOTHING_TO_CHANGE,
          before == 0
              ? "there is no cap of " + words(scope) + ": 'seedfall cap list' shows those there are"
              : "the cap of " + words(scope) + " is that already");
      return;
    }
    if (known == null && caps.size() >= CAPS_MAX) {
      refuse(Refusal.LIMIT_REACHED, caps.size() + " caps are set, more is not allowed");
      return;
    }
    if (bytesPerSecond == 0) {
      remove(scope);
    } else {
      put(new Cap(scope, bytesPerSecond));
    }
    board.put(new PlannerEffect.CapStored(scope, bytesPerSecond));
    board.put(new PlannerEffect.Accepted(""));
    divide();
  }

  private static String words(CapScope scope) {
    return scope.isUplink() ? "the uplink of " + scope.selector() : scope.selector();
  }

  /** Divides uplinks anew when that is due. */
  void settle() {
    if (uplinks.isEmpty() ? overdue : overdue || isTime()) {
      divide();
    }
  }

  private boolean isTime() {
    return board.nowMillis() - dividedMillis >= Division.MILLIS_MIN;
  }

  /** Divides uplinks, and tells whom it concerns; who gets less hears it first. */
  private void divide() {
    dividedMillis = board.nowMillis();
    overdue = false;
    uplinks.divide(told);
    List<PlannerEffect> more = new ArrayList<>();
    for (AgentSnapshot agent : board.fleet().all()) {
      String name = agent.facts().name();
      if (agent.facts().role() == AgentRole.PUBLISHER) {
        continue;
      }
      if (!agent.connected()) {
        if (dividedMillis - agent.awaySinceMillis() >= Division.KEPT_MILLIS) {
          told.remove(name);
        }
        continue;
      }
      AgentCaps caps = of(agent.facts());
      AgentCaps before = told.put(name, caps);
      if (caps.equals(before)) {
        continue;
      }
      PlannerEffect effect = new PlannerEffect.SetCaps(name, caps);
      if (before == null || caps.lowers(before)) {
        board.put(effect);
      } else {
        more.add(effect);
      }
    }
    more.forEach(board::put);
  }

  /** The least rate at which content can come to a machine; 0 when nothing holds it back. */
  long leastReceived(String agent) {
    @Nullable AgentCaps caps = told.get(agent);
    return caps == null ? 0 : caps.leastReceived();
  }

  /** Nobody knows that machine any more. */
  void forgotten(String agent) {
    told.remove(agent);
  }

  private void refuse(Refusal refusal, String why) {
    board.put(new PlannerEffect.Refused("", refusal, why));
  }
}
