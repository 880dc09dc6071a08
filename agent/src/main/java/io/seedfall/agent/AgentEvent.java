package io.seedfall.agent;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Neighbour;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to an {@link AgentLoop}. The only way in. */
sealed interface AgentEvent {
  /** The coordinator said something. */
  record Said(CoordinatorMessage message) implements AgentEvent {}

  /** The metainfo is here, and of that info-hash. */
  record MetainfoCame(Metainfo metainfo) implements AgentEvent {}

  /** It is not to be had. */
  record MetainfoMissing(InfoHash infoHash, String why) implements AgentEvent {}

  /** The destination can take the content, and there is room for it. */
  record Checked(String deploymentId) implements AgentEvent {}

  /** It cannot, or there is not. */
  record CheckRefused(String deploymentId, String why) implements AgentEvent {}

  /** The files of a kept version are not what they were: they must be fetched anew. */
  record Damaged(InfoHash infoHash, String why) implements AgentEvent {}

  /**
   * Pieces of a kept version are no longer right.
   *
   * @param stamp of its files after they were read, empty when they have none
   * @param handled counted down when the loop has seen to it: the version is complete no longer
   */
  record Rotten(InfoHash infoHash, PieceSet pieces, String stamp, CountDownLatch handled)
      implements AgentEvent {
    /** Null when they can be written again: nobody meant the bytes that are there. */
    @Nullable String whyNotRepaired(AgentState.Version kept) {
      if (!kept.stamp().equals(stamp)) {
        return "somebody changed the files of the kept version";
      }
      return switch (kept.origin()) {
        case FETCHED -> null;
        case HANDED_OVER -> "what a user handed over has rotted, and the files are the user's own";
      };
    }
  }

  /** These machines may have what a repair misses. */
  record PeersFound(InfoHash infoHash, List<Neighbour> peers) implements AgentEvent {}

  /** A transfer is being opened: pieces that are on this machine already are copied. */
  record Preparing(InfoHash infoHash, TransferProgress progress) implements AgentEvent {}

  /** A transfer was opened. */
  record Opened(Transfer transfer) implements AgentEvent {}

  /** It could not be. */
  record NotOpened(InfoHash infoHash, String why) implements AgentEvent {}

  /** Every byte is here, verified and durable; {@code stamp} is that of the files. */
  record Completed(Transfer transfer, String stamp) implements AgentEvent {}

  /** A transfer cannot go on. */
  record Broken(Transfer transfer, String why) implements AgentEvent {}

  /** A transfer is closed, and its files are removed when that was asked for. */
  record Closed(InfoHash infoHash) implements AgentEvent {}

  /** The content lies ready; {@code attempt} is that of the question. */
  record Ready(String deploymentId, int attempt, Prepared content) implements AgentEvent {}

  /** It cannot be laid ready. */
  record NotReady(String deploymentId, int attempt, String why) implements AgentEvent {}

  /** The content is in place, and its hooks are content with it. */
  record Installed(String deploymentId, HooksRan hooks) implements AgentEvent {}

  /** It is not, and the destination is as it was. */
  record NotInstalled(String deploymentId, String why, HooksRan hooks) implements AgentEvent {}

  /** A health hook has ended. */
  record HealthSaid(AgentMessage.Health answer) implements AgentEvent {}

  /** The local user hands over a file or a tree, staged and hashed. */
  record HandedOver(Handover handover) implements AgentEvent {}

  /** A bug in a worker: the agent ends. */
  record Crashed(RuntimeException bug) implements AgentEvent {}

  /** Close everything and end. */
  record Stop() implements AgentEvent {}

  /**
   * What the local user hands over.
   *
   * @param metainfo made from the staged files
   * @param staged the version's directory, outside of the versions as yet
   * @param name what retention calls it
   * @param stamp of the staged files
   * @param answer hears an empty text when it is kept and seeded, else the reason in one line
   */
  record Handover(
      Metainfo metainfo, Path staged, String name, String stamp, Consumer<String> answer) {}
}
