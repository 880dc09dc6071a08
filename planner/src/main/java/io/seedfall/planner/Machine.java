package io.seedfall.planner;

/** One machine's part of a running deployment. Its deployment owns it. */
final class Machine {
  private final String agent;
  private MachineState state;
  private String why;
  private Progress progress;
  private long movedMillis;

  Machine(MachineSnapshot from, long nowMillis) {
    this.agent = from.agent();
    this.state = from.state();
    this.why = from.why();
    this.progress = from.progress();
    this.movedMillis = nowMillis;
  }

  String agent() {
    return agent;
  }

  MachineState state() {
    return state;
  }

  String why() {
    return why;
  }

  Progress progress() {
    return progress;
  }

  /** When it last showed progress, or had its patience renewed. */
  long movedMillis() {
    return movedMillis;
  }

  /** Whoever comes back has the whole stall window before it again. */
  void renewPatience(long nowMillis) {
    movedMillis = nowMillis;
  }

  /** Takes the numbers; more verified bytes are progress. */
  void progressTo(Progress next, long nowMillis) {
    if (next.bytesDone() > progress.bytesDone()) {
      movedMillis = nowMillis;
    }
    progress = next;
  }

  /** The only writer of the state. */
  void enter(MachineState next, String reason, long nowMillis) {
    if (state.isFinal()) {
      throw new IllegalStateException(agent + ": " + state + " -> " + next + " (" + reason + ")");
    }
    if (next.compareTo(state) > 0) { // a step back is no progress
      movedMillis = nowMillis;
    }
    state = next;
    why = reason;
  }

  MachineSnapshot snapshot() {
    return new MachineSnapshot(agent, state, why, progress);
  }
}
