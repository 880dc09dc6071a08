package io.seedfall.planner;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who there is: machines, connected or away, connected publishers, and who holds what. Holdings are
 * of connected agents only; whoever comes back says again what it holds.
 */
final class Fleet {
  private final TreeMap<String, AgentSnapshot> agents = new TreeMap<>();
  private final TreeMap<InfoHash, TreeSet<String>> holders = new TreeMap<>();

  /** What connected machines have put where, as they said. */
  private final TreeMap<String, TreeMap<String, InfoHash>> inPlace = new TreeMap<>();

  /** How many machines stand in each zone and rack: {@code zone=a}. */
  private final TreeMap<String, Integer> counts = new TreeMap<>();

  /** The names of those that are connected. */
  private final TreeSet<String> publishers = new TreeSet<>();

  @Nullable AgentSnapshot find(String name) {
    return agents.get(name);
  }

  List<AgentSnapshot> all() {
    return new ArrayList<>(agents.values());
  }

  int size() {
    return agents.size();
  }

  boolean isConnected(String name) {
    AgentSnapshot agent = agents.get(name);
    return agent != null && agent.connected();
  }

  /** The rack that a machine's labels name, empty when they name none. */
  String rack(String name) {
    AgentSnapshot agent = agents.get(name);
    return agent == null ? "" : place(agent.facts(), Boundary.RACK);
  }

  /** In which zone or rack a machine stands, empty when it does not say; publishers never do. */
  static String place(AgentFacts agent, Boundary boundary) {
    return agent.role() == AgentRole.PUBLISHER
        ? ""
        : agent.labels().getOrDefault(boundary.label(), "");
  }

  /** How many machines stand in that zone or rack, those that are away too. */
  int count(Boundary boundary, String place) {
    return counts.getOrDefault(boundary.label() + "=" + place, 0);
  }

  private void count(@Nullable AgentSnapshot agent, int change) {
    if (agent == null) {
      return;
    }
    for (Boundary boundary : Boundary.values()) {
      String key = boundary.label() + "=" + place(agent.facts(), boundary);
      int count = counts.getOrDefault(key, 0) + change;
      if (count == 0) {
        counts.remove(key);
      } else {
        counts.put(key, count);
      }
    }
  }

  @Nullable Endpoint endpoint(String name) {
    AgentSnapshot agent = agents.get(name);
    return agent == null ? null : agent.facts().endpoint();
  }

  AgentSnapshot remember(AgentSnapshot agent) {
    count(agents.put(agent.facts().name(), agent), -1);
    count(agent, 1);
    return agent;
  }

  void forget(String name) {
    count(agents.remove(name), -1);
  }

  AgentSnapshot join(AgentFacts facts, List<InfoHash> holdings) {
    if (isConnected(facts.name())) {
      throw new IllegalStateException(facts.name() + " joined while it is connected");
    }
    AgentSnapshot before = agents.get(facts.name());
    if (before != null && before.facts().role() != facts.role()) {
      throw new IllegalStateException(facts.name() + " is known as " + before.facts().role());
    }
    for (InfoHash infoHash : holdings) {
      holds(facts.name(), infoHash, true);
    }
    if (facts.role() == AgentRole.PUBLISHER) {
      publishers.add(facts.name());
    }
    return remember(new AgentSnapshot(facts, true, 0));
  }

  /** A connected machine has put this there. */
  void installed(String name, String place, InfoHash infoHash) {
    inPlace.computeIfAbsent(name, _ -> new TreeMap<>()).put(place, infoHash);
  }

  /** A copy of what connected machines have put where. */
  Map<String, Map<String, InfoHash>> inPlace() {
    Map<String, Map<String, InfoHash>> copy = new TreeMap<>();
    inPlace.forEach((name, places) -> copy.put(name, new TreeMap<>(places)));
    return copy;
  }

  /** Whether a connected machine has put this there, and nothing else since. */
  boolean isInPlace(String name, String place, InfoHash infoHash) {
    TreeMap<String, InfoHash> places = inPlace.get(name);
    return places != null && infoHash.equals(places.get(place));
  }

  AgentSnapshot leave(String name, long nowMillis) {
    AgentSnapshot agent = agents.get(name);
    if (agent == null || !agent.connected()) {
      throw new IllegalStateException(name + " left, but was not connected");
    }
    inPlace.remove(name);
    holders.values().forEach(names -> names.remove(name));
    holders.values().removeIf(TreeSet::isEmpty);
    AgentSnapshot away = new AgentSnapshot(agent.facts(), false, nowMillis);
    if (agent.facts().role() == AgentRole.PUBLISHER) {
      publishers.remove(name);
      forget(name);
    } else {
      remember(away);
    }
    return away;
  }

  void holds(String name, InfoHash infoHash, boolean complete) {
    if (complete) {
      holders.computeIfAbsent(infoHash, _ -> new TreeSet<>()).add(name);
      return;
    }
    TreeSet<String> names = holders.get(infoHash);
    if (names != null && names.remove(name) && names.isEmpty()) {
      holders.remove(infoHash);
    }
  }

  boolean doesHold(String name, InfoHash infoHash) {
    TreeSet<String> names = holders.get(infoHash);
    return names != null && names.contains(name);
  }

  /** Who these are, as far as they are known. */
  Stream<AgentFacts> holders(List<String> names) {
    return names.stream().map(agents::get).filter(Objects::nonNull).map(AgentSnapshot::facts);
  }

  int fullCopies(InfoHash infoHash) {
    TreeSet<String> names = holders.get(infoHash);
    return names == null ? 0 : names.size();
  }

  /** Connected holders, by name. */
  List<String> holdersOf(InfoHash infoHash) {
    TreeSet<String> names = holders.get(infoHash);
    return names == null ? new ArrayList<>() : new ArrayList<>(names);
  }

  /** Connected holders, publishers before machines, each by name; at most {@code max}. */
  List<String> holdersOf(InfoHash infoHash, int max) {
    List<String> found = new ArrayList<>();
    TreeSet<String> names = holders.get(infoHash);
    if (names == null) {
      return found;
    }
    for (String publisher : publishers) {
      if (found.size() < max && names.contains(publisher)) {
        found.add(publisher);
      }
    }
    for (String name : names) { // ten thousand may hold it, and a few are asked for
      if (found.size() >= max) {
        break;
      }
      if (!publishers.contains(name)) {
        found.add(name);
      }
    }
    return found;
  }
}
