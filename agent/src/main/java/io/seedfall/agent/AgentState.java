package io.seedfall.agent;

import io.seedfall.control.Destination;
import io.seedfall.node.NodeCaps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent must know after a restart. A value; {@link StateFile} keeps it.
 *
 * @param format {@link #FORMAT}
 * @param name of the agent whose state this is
 * @param root the root it speaks of
 * @param places what was installed where, by destination; the one that changed last is the last
 * @param versions the complete versions, by info-hash
 * @param staged the deployments that wait here to be activated, by their ids
 * @param roots the named roots that the places speak of
 * @param caps what the coordinator last said that it may move at most
 */
record AgentState(
    int format,
    String name,
    String root,
    Map<String, Place> places,
    Map<String, Version> versions,
    Map<String, Staged> staged,
    Map<String, String> roots,
    NodeCaps caps) {
  static final int FORMAT = 1;

  /** Destinations remembered; the one that was installed longest ago is forgotten beyond it. */
  static final int PLACES_MAX = 4_096;

  AgentState {
    places = new LinkedHashMap<>(places);
    versions = new LinkedHashMap<>(versions);
    staged = new LinkedHashMap<>(staged);
    roots = new LinkedHashMap<>(roots);
  }

  /**
   * One destination.
   *
   * @param installed the info-hash of what we put there, null when we are not known to have
   * @param installing the info-hash that is about to be put there, null when none; after a crash it
   *     may be there, and {@link Settling} looks
   * @param history info-hashes by when they were installed, the newest first
   * @param switching how that is being done, null when nothing is
   * @param unproven what is there when a crash came between the switch and the end of the hook that
   *     was to judge it, null when none did
   * @param by who put there what is installed, null when not known
   */
  record Place(
      @Nullable String installed,
      @Nullable String installing,
      List<String> history,
      @Nullable Switching switching,
      @Nullable Unproven unproven,
      @Nullable By by) {
    Place {
      history = List.copyOf(history);
    }

    static Place unknown() {
      return new Place(null, null, List.of(), null, null, null);
    }

    /** Whether we put there what is there. */
    boolean ours() {
      return installed != null || unproven != null;
    }

    private boolean isEmpty() {
      return installed == null && installing == null && unproven == null;
    }
  }

  /**
   * A switch that is about to happen, or was when the agent was killed.
   *
   * @param prepared what lies in the staging directory: the new content before, the old one after
   * @param by for whom
   * @param judged whether a hook is to judge the new content
   */
  record Switching(Prepared prepared, By by, boolean judged) {}

  /**
   * Content that is in place and was not judged yet.
   *
   * @param infoHash what it is
   * @param prepared where the content before lies, if there was any
   * @param by for whom
   */
  record Unproven(String infoHash, Prepared prepared, By by) {}

  /** For which deployment, of what. */
  record By(String deployment, String artifact, String version) {}

  /**
   * A deployment that waits to be activated.
   *
   * @param infoHash of the version that must not go
   * @param sinceMillis since when, epoch
   */
  record Staged(String infoHash, long sinceMillis) {}

  /** How a complete version came here. */
  enum Origin {
    FETCHED,
    HANDED_OVER
  }

  /**
   * One complete version.
   *
   * @param origin how it came here
   * @param name what it is called, for people and for retention
   * @param stamp {@link ContentStamp} of its files when they were known to be right
   * @param usedMillis when it was last in place, seeded on demand, or new here; epoch, null when
   *     not known
   */
  record Version(Origin origin, String name, String stamp, @Nullable Long usedMillis) {
    /** When it was last used; whatever is not known counts as the beginning of time. */
    long lastUsedMillis() {
      return usedMillis == null ? 0 : usedMillis;
    }
  }

  static AgentState empty(String name, String root) {
    return new AgentState(
        FORMAT, name, root, Map.of(), Map.of(), Map.of(), Map.of(), NodeCaps.NONE);
  }

  /* --------------- Places --------------- */

  Place place(String destination) {
    return places.getOrDefault(destination, Place.unknown());
  }

  /** The same with those caps. */
  AgentState capped(NodeCaps changed) {
    return new AgentState(format, name, root, places, versions, staged, roots, changed);
  }

  /** An install of {@code infoHash} at {@code destination} is about to begin. */
  AgentState installing(String destination, String infoHash, Switching switching) {
    Place before = place(destination);
    return with(
        destination,
        new Place(before.installed, infoHash, before.history, switching, null, before.by));
  }

  /** It did not happen. */
  AgentState notInstalled(String destination) {
    Place before = place(destination);
    return with(
        destination, new Place(before.installed, null, before.history, null, null, before.by));
  }

  /** It happened; {@code historyMax} entries are remembered. */
  AgentState installed(String destination, String infoHash, int historyMax, @Nullable By by) {
    List<String> history = new ArrayList<>();
    history.add(infoHash);
    place(destination).history().stream().filter(h -> !h.equals(infoHash)).forEach(history::add);
    List<String> kept = history.subList(0, Math.min(historyMax, history.size()));
    return with(destination, new Place(infoHash, null, kept, null, null, by));
  }

  /** It happened, and the agent was killed before it was judged. */
  AgentState unproven(String destination, Unproven unproven) {
    Place before = place(destination);
    return with(
        destination, new Place(before.installed, null, before.history, null, unproven, before.by));
  }

  /** Nothing is known of that place any more. */
  AgentState withoutPlace(String destination) {
    return with(destination, Place.unknown());
  }

  /** These are the named roots now. */
  AgentState withRoots(Map<String, String> changed) {
    return new AgentState(format, name, root, places, versions, staged, changed, caps);
  }

  private AgentState with(String destination, Place place) {
    Map<String, Place> changed = new LinkedHashMap<>(places);
    changed.remove(destination);
    if (!place.isEmpty()) {
      changed.put(destination, place);
    }
    if (changed.size() > PLACES_MAX) {
      changed.remove(changed.keySet().iterator().next());
    }
    return new AgentState(format, name, root, changed, versions, staged, roots, caps);
  }

  /* --------------- Versions --------------- */

  AgentState withVersion(String infoHash, Version version) {
    Map<String, Version> changed = new LinkedHashMap<>(versions);
    changed.put(infoHash, version);
    return new AgentState(format, name, root, places, changed, staged, roots, caps);
  }

  /** That version, if it is here, was of use until now. */
  AgentState used(String infoHash, long nowMillis) {
    Version known = versions.get(infoHash);
    if (known == null) {
      return this;
    }
    // Its place among the others is that of its arrival, and stays.
    Map<String, Version> changed = new LinkedHashMap<>(versions);
    changed.put(infoHash, new Version(known.origin, known.name, known.stamp, nowMillis));
    return new AgentState(format, name, root, places, changed, staged, roots, caps);
  }

  /** Versions of which an older agent did not say when they were used were used now. */
  AgentState withAllUsed(long nowMillis) {
    AgentState all = this;
    for (Map.Entry<String, Version> entry : versions.entrySet()) {
      if (entry.getValue().usedMillis() == null) {
        all = all.used(entry.getKey(), nowMillis);
      }
    }
    return all;
  }

  AgentState withoutVersion(String infoHash) {
    Map<String, Version> changed = new LinkedHashMap<>(versions);
    changed.remove(infoHash);
    return new AgentState(format, name, root, places, changed, staged, roots, caps);
  }

  /** A deployment waits to be activated from now on. */
  AgentState staged(String deployment, Staged what) {
    Map<String, Staged> changed = new LinkedHashMap<>(staged);
    changed.put(deployment, what);
    return new AgentState(format, name, root, places, versions, changed, roots, caps);
  }

  /** It no longer does. */
  AgentState notStaged(String deployment) {
    Map<String, Staged> changed = new LinkedHashMap<>(staged);
    changed.remove(deployment);
    return new AgentState(format, name, root, places, versions, changed, roots, caps);
  }

  /** Info-hashes of the complete versions, the one that was completed last first. */
  List<String> newestVersions() {
    return new ArrayList<>(versions.keySet()).reversed();
  }

  /**
   * Info-hashes of the versions that stay: what is installed or staged, what went before it at each
   * destination, and the newest that were handed over under each name.
   *
   * @param keptVersionsMax how many of each
   */
  Set<String> retained(int keptVersionsMax) {
    Set<String> retained = active();
    for (Place place : places.values()) {
      retained.addAll(
          place.history().subList(0, Math.min(keptVersionsMax, place.history().size())));
    }
    Map<String, Integer> newerByName = new HashMap<>();
    for (Map.Entry<String, Version> entry : new ArrayList<>(versions.entrySet()).reversed()) {
      Version version = entry.getValue();
      if (version.origin() == Origin.HANDED_OVER
          && newerByName.merge(version.name(), 1, Integer::sum) <= keptVersionsMax) {
        retained.add(entry.getKey());
      }
    }
    return retained;
  }

  /** Where that version is in place, or waits there to be judged. */
  List<Destination> destinationsOf(String infoHash) {
    List<Destination> destinations = new ArrayList<>();
    places.forEach((destination, place) -> {
      boolean unproven = place.unproven() != null && place.unproven().infoHash().equals(infoHash);
      if (unproven || (place.unproven() == null && infoHash.equals(place.installed()))) {
        destinations.add(Destination.parse(destination));
      }
    });
    return destinations;
  }

  /** Info-hashes of what is in place, about to be, or staged. */
  Set<String> active() {
    Set<String> active = new HashSet<>();
    for (Place place : places.values()) {
      if (place.installed() != null) {
        active.add(place.installed());
      }
      if (place.installing() != null) {
        active.add(place.installing());
      }
      if (place.unproven() != null) {
        active.add(place.unproven().infoHash());
      }
    }
    staged.values().forEach(waiting -> active.add(waiting.infoHash()));
    return active;
  }
}
