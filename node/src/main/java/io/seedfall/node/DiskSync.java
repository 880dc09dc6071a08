package io.seedfall.node;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For JDK Flight Recorder: what was written is brought onto the disk. */
@Name("seedfall.DiskSync")
@Label("Disk Sync")
@Category("Seedfall")
@Description("Verified pieces brought onto stable storage")
@StackTrace(false)
final class DiskSync extends Event {
  @Label("Pieces")
  int pieces;
}
