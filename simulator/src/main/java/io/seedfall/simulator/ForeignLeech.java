package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plainest of BitTorrent clients, BEP 3 alone: interested in everything, one piece at a time
 * from each peer that unchokes it, in requests of 16 KiB, and it serves nobody.
 */
final class ForeignLeech extends WirePeer {
  private static final int REQUESTS_MAX = 16;
  private static final int NONE = -1;

  private final Simulation simulation;
  private final PieceGeometry geometry;
  private final SimulatedDisk disk;
  private final PieceSet claimed;
  private final List<@Nullable Remote> remotes = new ArrayList<>();

  /** What is known of one connection. */
  private static final class Remote {
    private final PieceSet has;
    private boolean choking = true;
    private int piece = NONE;
    private int askedBytes;
    private int requests;

    Remote(int pieces) {
      has = new PieceSet(pieces);
    }
  }

  ForeignLeech(Simulation simulation, Machine machine) {
    super(machine);
    this.simulation = simulation;
    this.geometry = simulation.geometry();
    this.disk = new SimulatedDisk(geometry, new PieceSet(geometry.pieceCount()));
    this.claimed = new PieceSet(geometry.pieceCount());
  }

  @Override
  public Greeting greeting() {
    return new Greeting(false, false);
  }

  @Override
  public void connected(int slot, PeerFacts facts) {
    while (remotes.size() <= slot) {
      remotes.add(null);
    }
    remotes.set(slot, new Remote(geometry.pieceCount()));
    machine().send(slot, new PeerMessage.Interested());
  }

  @Override
  public void lost(int slot, Reason reason) {
    giveUp(remote(slot));
    remotes.set(slot, null);
  }

  @Override
  public void heard(int slot, PeerMessage message) {
    Remote remote = remote(slot);
    if (message instanceof PeerMessage.Have have) {
      remote.has.add(have.piece());
    } else if (message instanceof PeerMessage.Bitfield(byte[] bits)) {
      PieceSet said = PieceSet.ofBitfield(bits, geometry.pieceCount());
      for (int piece = said.next(0); piece >= 0; piece = said.next(piece + 1)) {
        remote.has.add(piece);
      }
    } else if (message instanceof PeerMessage.Unchoke) {
      remote.choking = false;
    } else if (message instanceof PeerMessage.Choke) {
      remote.choking = true;
      giveUp(remote);
    }
    ask(slot, remote);
  }

  @Override
  public void blockArrived(int slot, Block block, boolean corrupt) {
    Remote remote = remote(slot);
    if (remote.piece == block.piece()) {
      remote.requests--;
      disk.store(block, corrupt);
      if (disk.leavesWritten(block.piece()) == disk.leaves(block.piece())) {
        remote.piece = NONE;
        if (!disk.verify(block.piece())) {
          claimed.remove(block.piece());
        }
      }
    }
    if (disk.verified().isFull()) {
      machine().finished();
    }
    ask(slot, remote);
  }

  private void ask(int slot, Remote remote) {
    while (!remote.choking && remote.requests < REQUESTS_MAX) {
      if (remote.piece == NONE && !claim(remote)) {
        return;
      }
      int left = geometry.pieceLength(remote.piece) - remote.askedBytes;
      if (left == 0) {
        return;
      }
      int length = Math.min(left, ForeignSeed.BLOCK_BYTES_MAX);
      machine().send(slot, new PeerMessage.Request(remote.piece, remote.askedBytes, length));
      remote.askedBytes += length;
      remote.requests++;
    }
  }

  private boolean claim(Remote remote) {
    for (int piece = remote.has.next(0); piece >= 0; piece = remote.has.next(piece + 1)) {
      if (claimed.add(piece)) {
        remote.piece = piece;
        remote.askedBytes = 0;
        remote.requests = 0;
        return true;
      }
    }
    return false;
  }

  private void giveUp(Remote remote) {
    if (remote.piece != NONE) {
      claimed.remove(remote.piece);
      remote.piece = NONE;
      remote.requests = 0;
    }
  }

  private Remote remote(int slot) {
    Remote remote = remotes.get(slot);
    if (remote == null) {
      throw new IllegalStateException(machine() + ": slot " + slot + " is free");
    }
    return remote;
  }

  @Override
  public String toString() {
    return "foreign leech on " + machine() + " of " + simulation;
  }
}
