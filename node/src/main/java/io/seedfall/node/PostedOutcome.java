package io.seedfall.node;

import io.seedfall.swarm.DiskFault;
import java.io.IOException;

/** How a fetch's files end, told to its swarm's thread. */
record PostedOutcome(Inbox<Posted> inbox) implements FetchedContent.Outcome {
  @Override
  public void settled() {
    inbox.put(new Posted.Settled());
  }

  @Override
  public void failed(IOException why) {
    DiskFault fault = Words.meansNoSpace(why) ? DiskFault.NO_SPACE : DiskFault.IO_ERROR;
    inbox.put(new Posted.DiskTrouble(fault, "cannot put the files on the disk: " + Words.of(why)));
  }
}
