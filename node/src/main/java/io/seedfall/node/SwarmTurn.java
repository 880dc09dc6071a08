package io.seedfall.node;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For JDK Flight Recorder: one turn of a transfer's loop. */
@Name("seedfall.SwarmTurn")
@Label("Swarm Turn")
@Category("Seedfall")
@Description("What one transfer took, decided and said in one turn, granting pieces among it")
@StackTrace(false)
final class SwarmTurn extends Event {
  @Label("Messages")
  int messages;
}
