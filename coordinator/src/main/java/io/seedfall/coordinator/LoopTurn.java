package io.seedfall.coordinator;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** For JDK Flight Recorder: one turn of the control loop. */
@Name("seedfall.LoopTurn")
@Label("Control Loop Turn")
@Category("Seedfall")
@Description("What the control loop took, decided, stored and said in one turn")
@StackTrace(false)
final class LoopTurn extends Event {
  @Label("Messages")
  int messages;

  @Label("Waited")
  @Description("How long the first message had waited")
  @Timespan(Timespan.NANOSECONDS)
  long waitedNanos;
}
