package io.seedfall.agent;

import io.seedfall.control.Destination;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, when an agent starts, what became of the installs that the end of the last one cut
 * off: the switch is one step, so each has happened or not. One that was to be judged by a hook
 * stays unproven, and what it replaced is kept, until its assignment is said again.
 */
final class Settling {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

  private final Roots roots;
  private final VersionStore store;

  Settling(Roots roots, VersionStore store) {
    this.roots = roots;
    this.store = store;
  }

  /**
   * The state as it really is; what nobody needs any more is removed from the staging directory.
   */
  AgentState settled(AgentState state) throws IOException {
    AgentState settled = inTheseRoots(state);
    Map<Destination, Prepared> kept = new HashMap<>();
    for (Map.Entry<String, AgentState.Place> entry : settled.places().entrySet()) {
      settled = settled(settled, entry.getKey(), entry.getValue());
      AgentState.Unproven unproven = settled.place(entry.getKey()).unproven();
      if (unproven != null) {
        kept.put(Destination.parse(entry.getKey()), unproven.prepared());
      }
    }
    roots.sweep(kept);
    return settled;
  }

  /** What was installed in a root that is another now, or none, is not ours to replace. */
  private AgentState inTheseRoots(AgentState state) {
    AgentState known = state.withRoots(roots.paths());
    for (String destination : state.places().keySet()) {
      String name = Roots.rootOf(Destination.parse(destination));
      if (name != null && !Objects.equals(state.roots().get(name), known.roots().get(name))) {
        LOG.warn("root {} is not what it was: {} is forgotten", name, destination);
        known = known.withoutPlace(destination);
      }
    }
    return known;
  }

  private boolean isInPlace(Prepared prepared, String destination) {
    try {
      Roots.Site site = roots.site(Destination.parse(destination));
      return site.installer().isInPlace(prepared, site.inside());
    } catch (InstallRefused noSuchRoot) {
      return false;
    }
  }

  private AgentState settled(AgentState state, String destination, AgentState.Place place)
      throws IOException {
    AgentState.Unproven unproven = place.unproven();
    if (unproven != null) {
      return isInPlace(unproven.prepared(), destination) ? state : state.notInstalled(destination);
    }
    String infoHash = place.installing();
    if (infoHash == null) {
      return state;
    }
    AgentState.Switching switching = place.switching();
    if (!isThere(destination, infoHash, switching)) {
      return state.notInstalled(destination);
    }
    if (switching != null && switching.judged()) {
      return state.unproven(
          destination, new AgentState.Unproven(infoHash, switching.prepared(), switching.by()));
    }
    int historyMax = place.history().size() + 1;
    AgentState.By by = switching == null ? null : switching.by();
    return state.installed(destination, infoHash, historyMax, by);
  }

  private boolean isThere(
      String destination, String infoHash, AgentState.@Nullable Switching switching)
      throws IOException {
    if (switching != null) {
      return isInPlace(switching.prepared(), destination);
    }
    // Agents before there was staging did not write down what they were about to rename.
    Metainfo metainfo = store.readMetainfo(InfoHash.parse(infoHash));
    return metainfo != null && store.isLinkedAt(roots.usual().resolve(destination), metainfo);
  }
}
