package io.seedfall.simulator.fleet;

import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What survives an agent's death, as the real AgentState and the files beside it. */
final class AgentDisk {
  /** Versions kept at each place, the installed one among them. */
  static final int KEPT_VERSIONS_MAX = 2;

  /**
   * An install that is about to be done, or is cut off by a crash.
   *
   * @param judged whether a hook is to judge it
   * @param switched whether the new content is visible
   * @param before what was visible before
   */
  record Switching(
      InfoHash infoHash, String by, boolean judged, boolean switched, @Nullable InfoHash before) {}

  /** One destination. */
  static final class Place {
    /** What users of the machine see there. */
    @Nullable InfoHash content;

    /** What the agent knows that it has installed. */
    @Nullable InfoHash installed;

    /** For which deployment; empty for none. */
    String by = "";

    final List<InfoHash> history = new ArrayList<>();
    @Nullable Switching switching;

    /** In place, and not judged because of a crash. */
    @Nullable Switching unproven;

    void installed(InfoHash infoHash, String deployment) {
      installed = infoHash;
      by = deployment;
      history.remove(infoHash);
      history.addFirst(infoHash);
      while (history.size() > KEPT_VERSIONS_MAX) {
        history.removeLast();
      }
      switching = null;
      unproven = null;
    }
  }

  private final TreeMap<String, Place> places = new TreeMap<>();

  /** Complete versions, the one that was completed last at the end. */
  private final LinkedHashSet<InfoHash> versions = new LinkedHashSet<>();

  private final TreeMap<InfoHash, Long> partial = new TreeMap<>();
  private final TreeMap<String, InfoHash> staged = new TreeMap<>();

  Map<String, Place> places() {
    return places;
  }

  Place place(String destination) {
    return places.computeIfAbsent(destination, _ -> new Place());
  }

  boolean holds(InfoHash infoHash) {
    return versions.contains(infoHash);
  }

  List<InfoHash> versions() {
    return new ArrayList<>(versions);
  }

  void complete(InfoHash infoHash) {
    partial.remove(infoHash);
    versions.add(infoHash);
  }

  /** Drops a version, or what there is of it; whether it was complete. */
  boolean drop(InfoHash infoHash) {
    partial.remove(infoHash);
    return versions.remove(infoHash);
  }

  /** Verified pieces. */
  long pieces(InfoHash infoHash) {
    return versions.contains(infoHash) ? Peer.WHOLE : partial.getOrDefault(infoHash, 0L);
  }

  void verified(InfoHash infoHash, long pieces) {
    partial.put(infoHash, pieces);
  }

  List<InfoHash> unfinished() {
    return new ArrayList<>(partial.keySet());
  }

  void stage(String deployment, InfoHash infoHash) {
    staged.put(deployment, infoHash);
  }

  void unstage(String deployment) {
    staged.remove(deployment);
  }

  /** What is installed by what the agent knows; what is not judged after a crash is not. */
  Map<String, InfoHash> installed() {
    TreeMap<String, InfoHash> installed = new TreeMap<>();
    places.forEach((destination, place) -> {
      if (place.installed != null && place.unproven == null) {
        installed.put(destination, place.installed);
      }
    });
    return installed;
  }

  /** Versions that stay though nobody works with them. */
  Set<InfoHash> retained() {
    TreeSet<InfoHash> retained = new TreeSet<>(staged.values());
    for (Place place : places.values()) {
      retained.addAll(place.history);
      if (place.installed != null) {
        retained.add(place.installed);
      }
      if (place.switching != null) {
        retained.add(place.switching.infoHash());
      }
      if (place.unproven != null) {
        retained.add(place.unproven.infoHash());
      }
    }
    return retained;
  }

  /** Finds out, when an agent starts, what became of the installs that were cut off. */
  void settle() {
    for (Place place : places.values()) {
      Switching cut = place.switching;
      place.switching = null;
      if (cut != null && cut.switched()) {
        if (cut.judged()) {
          place.unproven = cut;
        } else {
          place.installed(cut.infoHash(), cut.by());
        }
      }
    }
  }
}
