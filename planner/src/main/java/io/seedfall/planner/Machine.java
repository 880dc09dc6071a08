package io.seedfall.planner;

/** One machine's part of a deployment. Its deployment owns it. */
final class Machine {
  /** How often a machine that failed may try again when it comes back. */
  static final int TRIES_MAX = 10;

  /** What its health hook said in the check that runs. */
  enum Health {
    UNKNOWN,
    ASKED,
    HEALTHY
  }

  private final String agent;
  private final int wave;
  private final boolean late;
  private MachineState state;
  private String why;
  private Progress progress;
  private long movedMillis;
  private int attempt;
  private Health health = Health.UNKNOWN;

  Machine(MachineSnapshot from, long nowMillis) {
    this.agent = from.agent();
    this.wave = from.wave();
    this.late = from.late();
    this.state = from.state();
    this.why = from.why();
    this.progress = from.progress();
    this.attempt = from.attempt();
    this.movedMillis = nowMillis;
  }

  String agent() {
    return agent;
  }

  int wave() {
    return wave;
  }

  boolean late() {
    return late;
  }

  MachineState state() {
    return state;
  }

  String why() {
    return why;
  }

  Health health() {
    return health;
  }

  void health(Health next) {
    health = next;
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

  /** How often it has begun. */
  int attempt() {
    return attempt;
  }

  /** Whether it may begin once more after it failed. */
  boolean mayTryAgain() {
    return attempt < TRIES_MAX;
  }

  /** The only writer of the state; {@link Deployment#move} counts. */
  void enter(MachineState next, String reason, long nowMillis) {
    if (!mayFollow(next)) {
      throw new IllegalStateException(agent + ": " + state + " -> " + next + " (" + reason + ")");
    }
    if (state.isFinal() && next != MachineState.FAILED) {
      attempt++;
      progress = Progress.NONE;
      movedMillis = nowMillis;
    } else if (next.compareTo(state) > 0) { // a step back is no progress
      movedMillis = nowMillis;
    }
    state = next;
    why = reason;
  }

  private boolean mayFollow(MachineState next) {
    return switch (state) {
      case PENDING, WAITING, FETCHING, STAGED, INSTALLING ->
          next != MachineState.PENDING || state == MachineState.PENDING;
      case INSTALLED ->
          next == MachineState.FAILED
              || next == MachineState.WAITING
              || next == MachineState.PENDING;
      case FAILED, CANCELLED -> next == MachineState.WAITING || next == MachineState.PENDING;
    };
  }

  MachineSnapshot snapshot() {
    return new MachineSnapshot(agent, state, why, progress, wave, late, attempt);
  }
}
