package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.swarm.DiskFault;

/** No corrupt byte is ever served: what an honest peer sends is part of a verified piece. */
final class ServedBytesCheck {
  private final Machine machine;
  private final SimulatedDisk disk;

  ServedBytesCheck(Machine machine, SimulatedDisk disk) {
    this.machine = machine;
    this.disk = disk;
  }

  void sends(int slot, Block block) {
    if (!disk.verified().contains(block.piece())) {
      throw violation(slot, block, "is not verified");
    }
    if (disk.fault() == DiskFault.CONTENT_CHANGED) {
      throw violation(slot, block, "is of a file that changed");
    }
  }

  private CheckViolation violation(int slot, Block block, String why) {
    return new CheckViolation(
        "no corrupt byte is served",
        machine.id(),
        machine.now(),
        "%s for slot %d %s".formatted(block, slot, why));
  }
}
