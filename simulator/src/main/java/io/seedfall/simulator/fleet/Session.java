package io.seedfall.simulator.fleet;

/**
 * One connection between an agent and a coordinator: order is kept each way, and either end may
 * know before the other that it is over.
 */
final class Session {
  private final Line line;
  private final long term;
  private long downMillis;
  private long upMillis;
  private long heardMillis;
  private boolean agentOpen = true;
  private boolean coordinatorOpen = true;
  private boolean carries = true;

  Session(Line line, long term) {
    this.line = line;
    this.term = term;
  }

  Line line() {
    return line;
  }

  String name() {
    return line.name();
  }

  /** Of which coordinator. */
  long term() {
    return term;
  }

  /** When something that is sent down now arrives. */
  long downAt(long now, long latencyMillis) {
    downMillis = Math.max(downMillis, now + latencyMillis);
    return downMillis;
  }

  /** When something that is sent up now arrives. */
  long upAt(long now, long latencyMillis) {
    upMillis = Math.max(upMillis, now + latencyMillis);
    return upMillis;
  }

  void heard(long now) {
    heardMillis = now;
  }

  long heardMillis() {
    return heardMillis;
  }

  boolean isAgentOpen() {
    return agentOpen;
  }

  void agentClosed() {
    agentOpen = false;
  }

  boolean isCoordinatorOpen() {
    return coordinatorOpen;
  }

  void coordinatorClosed() {
    coordinatorOpen = false;
  }

  /** Whether bytes still get from one end to the other. */
  boolean carries() {
    return carries;
  }

  /** Somebody pulled the plug: nobody is told. */
  void cut() {
    carries = false;
  }
}
