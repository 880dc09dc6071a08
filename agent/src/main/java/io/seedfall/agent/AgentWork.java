package io.seedfall.agent;

import io.seedfall.control.Assignment;
import io.seedfall.control.Destination;
import io.seedfall.control.Hooks;
import io.seedfall.node.NodeCaps;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferPace;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link AgentLoop} has done by others, because it takes time. Each call returns at once;
 * its answer comes as the {@link AgentEvent}s named.
 */
interface AgentWork {
  /** Whether there is anything at a destination; answers at once. */
  boolean isThere(Destination destination);

  /** What the file system of the versions has; answers at once. */
  DiskSpace space() throws IOException;

  /** All transfers together move no more than that. Acts at once. */
  void cap(NodeCaps caps);

  /** MetainfoCame or MetainfoMissing. */
  void learn(InfoHash infoHash);

  /**
   * Checked, CheckRefused or Damaged.
   *
   * @param stamp of the complete version, null when it is not here yet
   * @param ours whether this agent installed what is at the destination
   */
  void check(
      Assignment assignment,
      Destination destination,
      Metainfo metainfo,
      @Nullable String stamp,
      boolean ours);

  /**
   * Why an assignment must not be put in place, empty when it may: what was signed may have expired
   * since it was checked. Answers at once.
   */
  String refusal(Assignment assignment);

  /**
   * Opened or NotOpened, perhaps Preparing before; later Completed, Broken.
   *
   * @param here what may have pieces of this one: complete versions, the newest first, and then
   *     what others have left unfinished
   */
  void fetch(Metainfo metainfo, List<Endpoint> neighbours, List<Here> here, TransferPace pace);

  /** A version that is here, and which of its pieces are. */
  record Here(Metainfo metainfo, PieceSet pieces) {}

  /**
   * Closes the transfer of a version that was complete and fetches pieces of it again, into the
   * files as they are. Opened or NotOpened; PeersFound as long as it takes; later Completed,
   * Broken.
   *
   * @param here as in {@link #fetch}
   */
  void repair(Rotten rotten, List<Endpoint> neighbours, List<Here> here, TransferPace pace);

  /**
   * What is to be repaired.
   *
   * @param metainfo of the version
   * @param transfer it is open as
   * @param pieces that are no longer right
   * @param installedAt where it is in place
   */
  record Rotten(
      Metainfo metainfo, Transfer transfer, PieceSet pieces, List<Destination> installedAt) {}

  /** Opened or NotOpened; later Broken. */
  void seed(Metainfo metainfo, boolean source, List<Endpoint> neighbours, TransferPace pace);

  /** Closed; {@code transfer} null when none is open; {@code discard} removes the files. */
  void close(InfoHash infoHash, @Nullable Transfer transfer, boolean discard);

  /**
   * Lays a complete version ready for its destination; Ready or NotReady.
   *
   * @param attempt comes back with the answer
   * @param ours whether this agent installed what is at the destination
   */
  void prepare(
      Assignment assignment, int attempt, Destination destination, Metainfo metainfo, boolean ours);

  /** Puts what lies ready in its place; Installed or NotInstalled. */
  void install(Install order);

  /**
   * Removes what was laid ready, or what a switch left in its place. No answer.
   *
   * @param destination whose root it is
   */
  void discard(Destination destination, Prepared prepared);

  /** Runs a health hook; HealthSaid. */
  void health(AgentState.By by, Destination destination, String hook);

  /**
   * What is to be put in place.
   *
   * @param by for whom
   * @param destination where
   * @param prepared what lies ready
   * @param ours whether this agent installed what is at the destination
   * @param hooks to be run around it
   * @param inPlace whether it is there already, and only to be judged: a crash came in between
   */
  record Install(
      AgentState.By by,
      Destination destination,
      Prepared prepared,
      boolean ours,
      Hooks hooks,
      boolean inPlace) {}

  /** Makes a staged handover the version of its info-hash; Opened or NotOpened. */
  void adopt(AgentEvent.Handover handover);

  /** Removes what was handed over in vain. No answer. */
  void deleteStaged(Path staged);
}
