package io.seedfall.simulator;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.PeerMessage;

/** Nothing is announced before it is verified: what a peer says to have is on its disk, whole. */
final class AnnouncedCheck {
  static final String NAME = "nothing is announced before it is verified";

  private final Machine machine;
  private final SimulatedDisk disk;

  AnnouncedCheck(Machine machine, SimulatedDisk disk) {
    this.machine = machine;
    this.disk = disk;
  }

  void announces(int piece) {
    if (!disk.verified().contains(piece)) {
      throw new CheckViolation(NAME, machine.id(), machine.now(), "piece " + piece);
    }
  }

  void announces(PeerMessage.Haves haves) {
    for (int piece : haves.pieces()) {
      announces(piece);
    }
  }

  void announces(PeerMessage.Bitfield bitfield) {
    PieceSet said = PieceSet.ofBitfield(bitfield.bits(), disk.verified().pieces());
    for (int piece = said.next(0); piece >= 0; piece = said.next(piece + 1)) {
      announces(piece);
    }
  }

  void announcesEverything() {
    int missing = disk.verified().nextMissing(0);
    if (missing >= 0) {
      announces(missing);
    }
  }
}
