package io.seedfall.node;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For JDK Flight Recorder: a block is written to its place. */
@Name("seedfall.DiskWrite")
@Label("Disk Write")
@Category("Seedfall")
@Description("One block written to its file")
@StackTrace(false)
final class DiskWrite extends Event {
  @Label("Bytes")
  @DataAmount
  long bytes;
}
