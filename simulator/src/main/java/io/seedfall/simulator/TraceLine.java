package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmNotice;
import java.util.Arrays;
import java.util.Locale;

/**
 * One line of a trace for people, in fixed columns: microseconds, machine, {@code >} for an event
 * or {@code <} for an effect, the other machine, what, and its numbers.
 */
final class TraceLine {
  private TraceLine() {}

  static String of(long nowNanos, Machine machine, SwarmEvent event) {
    return switch (event) {
      case SwarmEvent.PeerSpoke(int peer, PeerMessage message) ->
          peerLine(nowNanos, machine, '>', peer, "heard " + message(message));
      case SwarmEvent.BlockStored(int peer, Block block) ->
          peerLine(nowNanos, machine, '>', peer, "stored " + block(block));
      case SwarmEvent.BlockDropped(int peer, Block block) ->
          peerLine(nowNanos, machine, '>', peer, "dropped " + block(block));
      case SwarmEvent.BlockSent(int peer, Block block) ->
          peerLine(nowNanos, machine, '>', peer, "sent " + block(block));
      case SwarmEvent.PeerConnected(int peer, var facts) ->
          peerLine(nowNanos, machine, '>', peer, facts.dialled() ? "dialled" : "accepted");
      case SwarmEvent.WebSeedConnected(int peer, var _) ->
          peerLine(nowNanos, machine, '>', peer, "is a web seed");
      case SwarmEvent.PeerLost(int peer, var reason) ->
          peerLine(nowNanos, machine, '>', peer, "lost " + reason);
      case SwarmEvent.PieceVerified(int piece) -> line(nowNanos, machine, '>', "verified " + piece);
      case SwarmEvent.PieceRejected(int piece) -> line(nowNanos, machine, '>', "rejected " + piece);
      case SwarmEvent.ConnectFailed(var remote) ->
          line(nowNanos, machine, '>', "unreachable " + remote);
      case SwarmEvent.NeighboursChanged(var neighbours) ->
          line(nowNanos, machine, '>', "neighbours " + neighbours.size());
      case SwarmEvent.PeersLearnt(var peers, var source) ->
          line(nowNanos, machine, '>', "learnt " + peers.size() + " of " + source);
      case SwarmEvent.HashesRead(int peer, var _, var _) ->
          peerLine(nowNanos, machine, '>', peer, "read hashes");
      case SwarmEvent.DiskFailed(var fault) -> line(nowNanos, machine, '>', "disk " + fault);
      case SwarmEvent.TimeAdvanced _ -> line(nowNanos, machine, '>', "time");
    };
  }

  static String of(long nowNanos, Machine machine, SwarmEffect effect) {
    return switch (effect) {
      case SwarmEffect.Send(int peer, PeerMessage message) ->
          peerLine(nowNanos, machine, '<', peer, "say " + message(message));
      case SwarmEffect.SendBlock(int peer, Block block) ->
          peerLine(nowNanos, machine, '<', peer, "send " + block(block));
      case SwarmEffect.ExpectPiece(int peer, int piece) ->
          peerLine(nowNanos, machine, '<', peer, "expect " + piece);
      case SwarmEffect.AbandonPiece(int peer, int piece) ->
          peerLine(nowNanos, machine, '<', peer, "abandon " + piece);
      case SwarmEffect.Disconnect(int peer, var reason) ->
          peerLine(nowNanos, machine, '<', peer, "disconnect " + reason);
      case SwarmEffect.ReadHashes(int peer, var _) ->
          peerLine(nowNanos, machine, '<', peer, "read hashes");
      case SwarmEffect.VerifyPiece(int piece) -> line(nowNanos, machine, '<', "verify " + piece);
      case SwarmEffect.Connect(var remote) -> line(nowNanos, machine, '<', "connect " + remote);
      case SwarmEffect.Report(var notice) -> line(nowNanos, machine, '<', "report " + notice);
    };
  }

  /** A notice's name, which is the same in every JVM. */
  static String name(SwarmNotice notice) {
    return notice.getClass().getSimpleName();
  }

  private static String peerLine(long nowNanos, Machine machine, char way, int peer, String what) {
    return String.format(
        Locale.ROOT,
        "%14.3f %5d %c %5d %s",
        nowNanos / 1e3,
        machine.id(),
        way,
        machine.remote(peer).id(),
        what);
  }

  private static String line(long nowNanos, Machine machine, char way, String what) {
    return String.format(
        Locale.ROOT, "%14.3f %5d %c     - %s", nowNanos / 1e3, machine.id(), way, what);
  }

  private static String block(Block block) {
    return block.piece() + "+" + block.offset() + ":" + block.length();
  }

  /** Arrays in words; the others say it themselves. */
  private static String message(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Bitfield(byte[] bits) -> "Bitfield[" + bits.length + " bytes]";
      case PeerMessage.Haves(int[] pieces) -> "Haves" + Arrays.toString(pieces);
      case PeerMessage.RequestPieces(int[] pieces) -> "RequestPieces" + Arrays.toString(pieces);
      case PeerMessage.OfferPieces(int[] pieces) -> "OfferPieces" + Arrays.toString(pieces);
      case PeerMessage.AskingPieces(int[] pieces) -> "AskingPieces" + Arrays.toString(pieces);
      case PeerMessage.AskingPiecesWithdrawn(int[] pieces) ->
          "AskingPiecesWithdrawn" + Arrays.toString(pieces);
      default -> message.toString();
    };
  }
}
