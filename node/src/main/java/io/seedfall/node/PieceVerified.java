package io.seedfall.node;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For JDK Flight Recorder: a piece is compared with its hash and noted in the journal. */
@Name("seedfall.PieceVerified")
@Label("Piece Verified")
@Category("Seedfall")
@Description("A piece of which every block is stored: comparing its hash, and the journal")
@StackTrace(false)
final class PieceVerified extends Event {
  @Label("Bytes")
  @DataAmount
  long bytes;

  @Label("Right")
  boolean right;
}
