package io.seedfall.planner;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Divides what may pass the uplinks of zones and racks among the machines in them: what comes in
 * among those that fetch, what goes out among those that know somebody outside who fetches what
 * they have.
 */
final class UplinkShares {
  /** What is set for one uplink, and how it is divided. */
  private static final class Divided {
    private final long rate;
    private Division out;
    private Division in;

    Divided(long rate, int members) {
      this.rate = rate;
      this.out = Division.of(rate, members, List.of());
      this.in = out;
    }
  }

  /** What a machine would do with more. */
  private static final class Demand {
    private final AgentSnapshot agent;
    private final EnumMap<Boundary, String> places = new EnumMap<>(Boundary.class);

    /** Where somebody outside waits for it. */
    private final EnumSet<Boundary> sends = EnumSet.noneOf(Boundary.class);

    private boolean fetches;
    private boolean full;

    Demand(AgentSnapshot agent) {
      this.agent = agent;
      for (Boundary boundary : Boundary.values()) {
        places.put(boundary, Fleet.place(agent.facts(), boundary));
      }
    }
  }

  private final Board board;
  private final EnumMap<Boundary, Map<String, Divided>> uplinks = new EnumMap<>(Boundary.class);

  UplinkShares(Board board) {
    this.board = board;
    for (Boundary boundary : Boundary.values()) {
      uplinks.put(boundary, new TreeMap<>());
    }
  }

  private Map<String, Divided> of(Boundary boundary) {
    Map<String, Divided> found = uplinks.get(boundary);
    if (found == null) {
      throw new IllegalStateException(boundary + " (expected: one of those there are)");
    }
    return found;
  }

  boolean isEmpty() {
    return uplinks.values().stream().allMatch(Map::isEmpty);
  }

  /** Whoever divides next gives these shares. */
  void put(CapScope.Uplink uplink, long bytesPerSecond) {
    int members = board.fleet().count(uplink.boundary(), uplink.name());
    of(uplink.boundary()).put(uplink.name(), new Divided(bytesPerSecond, members));
  }

  void remove(CapScope.Uplink uplink) {
    of(uplink.boundary()).remove(uplink.name());
  }

  private @Nullable Divided of(Boundary boundary, String place) {
    return place.isEmpty() ? null : of(boundary).get(place);
  }

  /** A machine's share. */
  AgentCaps.Share of(Boundary boundary, AgentFacts agent) {
    Divided divided = of(boundary, Fleet.place(agent, boundary));
    return divided == null
        ? AgentCaps.Share.OPEN
        : new AgentCaps.Share(divided.out.of(agent.name()), divided.in.of(agent.name()));
  }

  /** Whether more machines are there than there was something for. */
  boolean isCrowded(AgentFacts agent) {
    for (Boundary boundary : Boundary.values()) {
      String place = Fleet.place(agent, boundary);
      Divided divided = of(boundary, place);
      if (divided != null && divided.out.isCrowded(board.fleet().count(boundary, place))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Divides all of them anew.
   *
   * @param told what machines go by until they hear something else
   */
  void divide(Map<String, AgentCaps> told) {
    if (isEmpty()) {
      return;
    }
    Map<String, Demand> demands = demands();
    for (Boundary boundary : Boundary.values()) {
      of(boundary).forEach((place, divided) -> share(boundary, place, divided, demands, told));
    }
  }

  private void share(
      Boundary boundary,
      String place,
      Divided divided,
      Map<String, Demand> demands,
      Map<String, AgentCaps> told) {
    List<Division.Asker> senders = new ArrayList<>();
    List<Division.Asker> receivers = new ArrayList<>();
    for (Demand demand : demands.values()) {
      if (!place.equals(demand.places.get(boundary))) {
        continue;
      }
      String name = demand.agent.facts().name();
      AgentCaps caps = told.getOrDefault(name, AgentCaps.NONE);
      AgentCaps.Share before =
          switch (boundary) {
            case ZONE -> caps.zone();
            case RACK -> caps.rack();
          };
      boolean there = demand.agent.connected();
      // Who is away goes on with what it was told, whether there is something to do or not.
      if (demand.sends.contains(boundary) || (!there && before.sendBytesPerSecond() > 0)) {
        senders.add(new Division.Asker(name, demand.full, there, before.sendBytesPerSecond()));
      }
      if (demand.fetches || (!there && before.receiveBytesPerSecond() > 0)) {
        receivers.add(new Division.Asker(name, false, there, before.receiveBytesPerSecond()));
      }
    }
    int members = board.fleet().count(boundary, place);
    divided.out = Division.of(divided.rate, members, senders);
    divided.in = Division.of(divided.rate, members, receivers);
  }

  /** What there is to do for those that are there, or were until lately. */
  private Map<String, Demand> demands() {
    LinkedHashMap<String, Demand> demands = new LinkedHashMap<>();
    for (AgentSnapshot agent : board.fleet().all()) {
      if (board.isHeardOf(agent)) {
        demands.put(agent.facts().name(), new Demand(agent));
      }
    }
    for (Deployment deployment : board.all()) {
      if (board.halted() || deployment.paused() || !deployment.isFetching()) {
        continue;
      }
      for (Machine machine : deployment.machines()) {
        Demand demand = demands.get(machine.agent());
        if (demand != null && deployment.fetches(machine)) {
          demand.fetches = true;
          ask(deployment, demand, demands);
        }
      }
    }
    return demands;
  }

  /** Whoever is next to one that fetches, and stands elsewhere, has something to send. */
  private void ask(Deployment deployment, Demand fetching, Map<String, Demand> demands) {
    for (String neighbour : deployment.links().of(fetching.agent.facts().name())) {
      Demand demand = demands.get(neighbour);
      if (demand == null) {
        continue;
      }
      fetching.places.forEach((boundary, place) -> {
        if (!place.equals(demand.places.get(boundary))) {
          demand.sends.add(boundary);
        }
      });
      demand.full |= board.fleet().doesHold(neighbour, deployment.infoHash());
    }
  }
}
