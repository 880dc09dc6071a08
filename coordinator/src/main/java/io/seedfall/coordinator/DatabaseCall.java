package io.seedfall.coordinator;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For JDK Flight Recorder: one call to the database. */
@Name("seedfall.DatabaseCall")
@Label("Database Call")
@Category("Seedfall")
@Description("One call to the coordinator's database, with the wait for a connection")
@StackTrace(false)
final class DatabaseCall extends Event {
  @Label("Writes")
  boolean write;

  DatabaseCall(boolean write) {
    this.write = write;
  }
}
