package io.seedfall.node;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For JDK Flight Recorder: a block is hashed as it comes. */
@Name("seedfall.BlockHashed")
@Label("Block Hashed")
@Category("Seedfall")
@Description("Hashing of one block, before it is written")
@StackTrace(false)
final class BlockHashed extends Event {
  @Label("Bytes")
  @DataAmount
  long bytes;
}
