package io.seedfall.agent;

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
 * @param places what was installed where, by destination
 * @param versions the complete versions, by info-hash
 */
record AgentState(
    int format,
    String name,
    String root,
    Map<String, Place> places,
    Map<String, Version> versions) {
  static final int FORMAT = 1;

  /** Destinations remembered; the one that was installed longest ago is forgotten beyond it. */
  static final int PLACES_MAX = 4_096;

  AgentState {
    places = new LinkedHashMap<>(places);
    versions = new LinkedHashMap<>(versions);
  }

  /**
   * One destination.
   *
   * @param installed the info-hash of what we put there, null when we are not known to have
   * @param installing the info-hash that was about to be put there, null when none; after a crash
   *     it may be there, and {@link Agent} looks
   * @param history info-hashes by when they were installed, the newest first
   */
  record Place(@Nullable String installed, @Nullable String installing, List<String> history) {
    Place {
      history = List.copyOf(history);
    }

    static Place unknown() {
      return new Place(null, null, List.of());
    }

    /** Whether we put there what is there. */
    boolean ours() {
      return installed != null;
    }
  }

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
   */
  record Version(Origin origin, String name, String stamp) {}

  static AgentState empty(String name, String root) {
    return new AgentState(FORMAT, name, root, Map.of(), Map.of());
  }

  Place place(String destination) {
    return places.getOrDefault(destination, Place.unknown());
  }

  /** An install of {@code infoHash} at {@code destination} is about to begin. */
  AgentState installing(String destination, String infoHash) {
    Place before = place(destination);
    return with(destination, new Place(before.installed(), infoHash, before.history()));
  }

  /** It did not happen. */
  AgentState notInstalled(String destination) {
    Place before = place(destination);
    return with(destination, new Place(before.installed(), null, before.history()));
  }

  /** It happened; {@code historyMax} entries are remembered. */
  AgentState installed(String destination, String infoHash, int historyMax) {
    List<String> history = new ArrayList<>();
    history.add(infoHash);
    place(destination).history().stream().filter(h -> !h.equals(infoHash)).forEach(history::add);
    List<String> kept = history.subList(0, Math.min(historyMax, history.size()));
    return with(destination, new Place(infoHash, null, kept));
  }

  private AgentState with(String destination, Place place) {
    Map<String, Place> changed = new LinkedHashMap<>(places);
    changed.remove(destination);
    if (place.installed() != null || place.installing() != null) {
      changed.put(destination, place);
    }
    if (changed.size() > PLACES_MAX) {
      changed.remove(changed.keySet().iterator().next());
    }
    return new AgentState(format, name, root, changed, versions);
  }

  AgentState withVersion(String infoHash, Version version) {
    Map<String, Version> changed = new LinkedHashMap<>(versions);
    changed.put(infoHash, version);
    return new AgentState(format, name, root, places, changed);
  }

  AgentState withoutVersion(String infoHash) {
    Map<String, Version> changed = new LinkedHashMap<>(versions);
    changed.remove(infoHash);
    return new AgentState(format, name, root, places, changed);
  }

  /** Info-hashes of the complete versions, the one that was completed last first. */
  List<String> newestVersions() {
    return new ArrayList<>(versions.keySet()).reversed();
  }

  /**
   * Info-hashes of the versions that stay: what is installed, what went before it at each
   * destination, and the newest that were handed over under each name.
   *
   * @param keptVersionsMax how many of each
   */
  Set<String> retained(int keptVersionsMax) {
    Set<String> retained = new HashSet<>();
    for (Place place : places.values()) {
      retained.addAll(
          place.history().subList(0, Math.min(keptVersionsMax, place.history().size())));
      if (place.installed() != null) {
        retained.add(place.installed());
      }
      if (place.installing() != null) {
        retained.add(place.installing());
      }
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
}
