package io.seedfall.agent;

import io.seedfall.control.Destination;
import io.seedfall.node.Transfer;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link AgentLoop} has done by others, because it takes time. Each call returns at once;
 * its answer comes as the {@link AgentEvent}s named.
 */
interface AgentWork {
  /** Whether there is anything at a destination. The one call that answers at once. */
  boolean isThere(Destination destination);

  /** MetainfoCame or MetainfoMissing. */
  void learn(InfoHash infoHash);

  /**
   * Checked, CheckRefused or Damaged.
   *
   * @param stamp of the complete version, null when it is not here yet
   * @param ours whether this agent installed what is at the destination
   */
  void check(
      String deploymentId,
      Destination destination,
      Metainfo metainfo,
      @Nullable String stamp,
      boolean ours);

  /**
   * Opened or NotOpened, perhaps Preparing before; later Completed, Broken.
   *
   * @param here complete versions, which may have pieces of this one: the newest first
   */
  void fetch(Metainfo metainfo, List<Endpoint> neighbours, List<Metainfo> here);

  /**
   * Closes the transfer of a complete version and fetches pieces of it again, into the files as
   * they are. Opened or NotOpened; PeersFound as long as it takes; later Completed, Broken.
   *
   * @param here as in {@link #fetch}
   */
  void repair(
      Metainfo metainfo,
      Transfer transfer,
      PieceSet damaged,
      List<Endpoint> neighbours,
      List<Metainfo> here);

  /** Opened or NotOpened; later Broken. */
  void seed(Metainfo metainfo, boolean source, List<Endpoint> neighbours);

  /** Closed; {@code transfer} null when none is open; {@code discard} removes the files. */
  void close(InfoHash infoHash, @Nullable Transfer transfer, boolean discard);

  /** Installed or NotInstalled. */
  void install(String deploymentId, Destination destination, Metainfo metainfo, boolean ours);

  /** Makes a staged handover the version of its info-hash; Opened or NotOpened. */
  void adopt(AgentEvent.Handover handover);

  /** Removes what was handed over in vain. No answer. */
  void deleteStaged(Path staged);
}
