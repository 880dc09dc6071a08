package io.seedfall.planner;

import io.seedfall.planner.DeploymentSnapshot.Holder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who is next to whom in one deployment: a graph for each wave, and what was joined to it since:
 * machines that came later, and new neighbours for those whose own have gone.
 */
final class Links {
  /** So many a machine may be joined to after the graph was drawn. */
  static final int EXTRA_MAX = 40;

  /** One wave's receivers, ascending, and their graph. */
  private record Wave(List<String> receivers, NeighbourGraph graph) {}

  private final List<Holder> holders;
  private final TreeMap<Integer, Wave> waves = new TreeMap<>();
  private final Map<String, TreeSet<String>> extra = new TreeMap<>();

  Links(List<Holder> holders) {
    this.holders = new ArrayList<>(holders);
  }

  List<Holder> holders() {
    return holders;
  }

  int position(String agent) {
    for (int i = 0; i < holders.size(); i++) {
      if (holders.get(i).agent().equals(agent)) {
        return i;
      }
    }
    return -1;
  }

  boolean isHolder(String agent) {
    return position(agent) >= 0;
  }

  /** Whether somebody deals in this wave already, and so is no receiver of it. */
  boolean servesIn(int wave, String agent) {
    int position = position(agent);
    return position >= 0 && holders.get(position).wave() <= wave;
  }

  void addHolder(Holder holder) {
    holders.add(holder);
  }

  boolean isDrawn(int wave) {
    return waves.containsKey(wave);
  }

  void draw(int wave, List<String> receivers, NeighbourGraph graph) {
    waves.put(wave, new Wave(receivers, graph));
  }

  /** Joins two for good; false when they are joined, or one of them has enough. */
  boolean join(String one, String other) {
    if (one.equals(other)
        || extraOf(one).size() >= EXTRA_MAX
        || extraOf(other).size() >= EXTRA_MAX
        || of(one).contains(other)) {
      return false;
    }
    extra.computeIfAbsent(one, _ -> new TreeSet<>()).add(other);
    extra.computeIfAbsent(other, _ -> new TreeSet<>()).add(one);
    return true;
  }

  private Set<String> extraOf(String agent) {
    TreeSet<String> known = extra.get(agent);
    return known == null ? Collections.emptySet() : known;
  }

  /** The names next to this one; for everybody else nobody. */
  Set<String> of(String agent) {
    LinkedHashSet<String> names = new LinkedHashSet<>();
    int position = position(agent);
    waves.forEach((number, wave) -> {
      if (position >= 0 && holders.get(position).wave() <= number) {
        for (int receiver : wave.graph().servedBy(position)) {
          names.add(wave.receivers().get(receiver));
        }
      }
    });
    waves.forEach((number, wave) -> addPeers(names, number, wave, agent));
    names.addAll(extraOf(agent));
    names.remove(agent);
    return names;
  }

  private void addPeers(Set<String> names, int number, Wave wave, String agent) {
    int receiver = Collections.binarySearch(wave.receivers(), agent);
    if (receiver < 0) {
      return;
    }
    for (int i = 0; i < holders.size(); i++) {
      if (holders.get(i).wave() <= number
          && Arrays.binarySearch(wave.graph().servedBy(i), receiver) >= 0) {
        names.add(holders.get(i).agent());
      }
    }
    for (int peer : wave.graph().peersOf(receiver)) {
      names.add(wave.receivers().get(peer));
    }
  }

  /** Racks as numbers, by name: the same fleet gives the same graph. */
  static int[] racks(List<String> receivers, Fleet fleet) {
    TreeMap<String, @Nullable Integer> numbers = new TreeMap<>();
    for (String receiver : receivers) {
      numbers.put(fleet.rack(receiver), NeighbourGraph.NO_RACK);
    }
    numbers.remove("");
    int next = 0;
    for (Map.Entry<String, @Nullable Integer> rack : numbers.entrySet()) {
      rack.setValue(next++);
    }
    int[] racks = new int[receivers.size()];
    for (int i = 0; i < receivers.size(); i++) {
      Integer number = numbers.get(fleet.rack(receivers.get(i)));
      racks[i] = number == null ? NeighbourGraph.NO_RACK : number;
    }
    return racks;
  }
}
