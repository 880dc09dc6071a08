package io.seedfall.agent;

import io.seedfall.control.Neighbour;
import io.seedfall.node.Transfer;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version on this machine, from the moment somebody wants it until its files are gone.
 *
 * <pre>
 *   Learning --metainfo--> Known --wanted--> Opening --> Open(fetching) --all here--> Open(complete)
 *      ▲                     │                  ▲  │          │                           │
 *      │                     │                  ├──┼─ Closing(reopen as source) ◄─────────┤
 *      │                     │                  └──┼─ (to be repaired) ◄──────────────────┤
 *      └── wanted again ── Closing(discard) ◄──────┴──────────┴───────────────────────────┘
 *                            └──► gone
 * </pre>
 *
 * <p>One worker at most is busy with a version, in Learning, Opening and Closing. Belongs to the
 * {@link AgentLoop}'s thread.
 */
final class KeptVersion {
  /** Neighbours of one transfer at most. */
  static final int NEIGHBOURS_MAX = 1_024;

  /** Lists of neighbours at most, one per deployment; the oldest goes first. */
  static final int NEIGHBOUR_LISTS_MAX = 16;

  private static final Logger LOG = LoggerFactory.getLogger(KeptVersion.class);

  /** Where it stands. */
  sealed interface Phase {
    /** A worker gets the metainfo. */
    record Learning() implements Phase {}

    /** Nothing is open; somebody is to ask for it. */
    record Known(Metainfo metainfo) implements Phase {}

    /** A worker opens the transfer. */
    record Opening(Metainfo metainfo, boolean complete, boolean source) implements Phase {}

    /**
     * Exchanging pieces.
     *
     * @param complete whether every piece is here
     * @param source whether it deals every piece once, before it sends one twice
     */
    record Open(Metainfo metainfo, Transfer transfer, boolean complete, boolean source)
        implements Phase {}

    /**
     * A worker closes the transfer.
     *
     * @param reopen as a source; else its files are removed
     */
    record Closing(Metainfo metainfo, boolean reopen) implements Phase {}
  }

  private final InfoHash infoHash;
  private final LinkedHashMap<String, List<Neighbour>> neighbours = new LinkedHashMap<>();
  private final Paces paces = new Paces();
  private Phase phase;

  KeptVersion(InfoHash infoHash, Phase phase) {
    this.infoHash = infoHash;
    this.phase = phase;
  }

  InfoHash infoHash() {
    return infoHash;
  }

  Phase phase() {
    return phase;
  }

  /** The only writer of the phase. */
  void enter(Phase next, String why) {
    boolean possible =
        switch (next) {
          case Phase.Learning _ -> phase instanceof Phase.Closing;
          case Phase.Known _ -> phase instanceof Phase.Learning;
          case Phase.Opening opening ->
              phase instanceof Phase.Known
                  || (phase instanceof Phase.Closing closing && closing.reopen())
                  || (phase instanceof Phase.Open before
                      && before.complete()
                      && !opening.complete());
          case Phase.Open open ->
              phase instanceof Phase.Opening
                  || (phase instanceof Phase.Open before && open.complete() && !before.complete());
          case Phase.Closing closing ->
              phase instanceof Phase.Open
                  || (!closing.reopen()
                      && (phase instanceof Phase.Known || phase instanceof Phase.Opening));
        };
    if (!possible) {
      throw new IllegalStateException(infoHash + ": " + phase + " -> " + next + " because " + why);
    }
    LOG.debug("{}: {} because {}", infoHash, next.getClass().getSimpleName(), why);
    phase = next;
  }

  /** The metainfo once it is known, and while the version is not on its way out. */
  @Nullable Metainfo metainfo() {
    return switch (phase) {
      case Phase.Learning _, Phase.Closing _ -> null;
      case Phase.Known(Metainfo metainfo) -> metainfo;
      case Phase.Opening opening -> opening.metainfo();
      case Phase.Open open -> open.metainfo();
    };
  }

  /** Whether every piece is here and being seeded, or about to be again. */
  boolean isComplete() {
    return switch (phase) {
      case Phase.Learning _, Phase.Known _ -> false;
      case Phase.Opening opening -> opening.complete();
      case Phase.Open open -> open.complete();
      case Phase.Closing closing -> closing.reopen();
    };
  }

  /** The complete ones of {@code versions}, the newest first, and behind them what was left. */
  static List<AgentWork.Here> here(
      Map<InfoHash, KeptVersion> versions, AgentState state, Leftovers leftovers) {
    List<AgentWork.Here> here = new ArrayList<>();
    for (String infoHash : state.newestVersions()) {
      KeptVersion version = versions.get(InfoHash.parse(infoHash));
      Metainfo metainfo = version == null || !version.isComplete() ? null : version.metainfo();
      if (metainfo != null) {
        here.add(new AgentWork.Here(metainfo, PieceSet.full(metainfo.geometry().pieceCount())));
      }
    }
    for (KeptVersion version : versions.values()) {
      if (leftovers.contains(version.infoHash) && version.phase instanceof Phase.Open open) {
        here.add(new AgentWork.Here(open.metainfo(), open.transfer().verified()));
      }
    }
    return here;
  }

  @Nullable Transfer transfer() {
    return phase instanceof Phase.Open open ? open.transfer() : null;
  }

  /** How fast its bytes may move. */
  Paces paces() {
    return paces;
  }

  /** Replaces one list of neighbours and tells the transfer. */
  void neighbours(String whose, List<Neighbour> list) {
    neighbours.remove(whose);
    neighbours.put(whose, List.copyOf(list));
    if (neighbours.size() > NEIGHBOUR_LISTS_MAX) {
      neighbours.pollFirstEntry();
    }
    tellNeighbours();
  }

  void forgetNeighbours(String whose) {
    if (neighbours.remove(whose) != null) {
      tellNeighbours();
    }
  }

  private void tellNeighbours() {
    if (phase instanceof Phase.Open open) {
      open.transfer().neighbours(endpoints());
    }
  }

  /** Where all neighbours of all lists listen, each once. */
  List<Endpoint> endpoints() {
    LinkedHashSet<Endpoint> all = new LinkedHashSet<>();
    for (Map.Entry<String, List<Neighbour>> list : neighbours.reversed().entrySet()) {
      for (Neighbour neighbour : list.getValue()) {
        Endpoint endpoint = endpoint(neighbour);
        if (endpoint != null && all.size() < NEIGHBOURS_MAX) {
          all.add(endpoint);
        }
      }
    }
    return new ArrayList<>(all);
  }

  /** Where a neighbour listens, null when what was said is no literal address. */
  static @Nullable Endpoint endpoint(Neighbour neighbour) {
    try {
      return Endpoint.parse(neighbour.endpoint());
    } catch (IllegalArgumentException e) {
      LOG.warn("neighbour {} is passed over: {}", neighbour.name(), e.getMessage());
      return null;
    }
  }
}
