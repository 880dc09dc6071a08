package io.seedfall.planner;

import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A deployment that stands: its machines, how many are how far, and who is next to whom. */
final class Deployment {
  /**
   * How what its machines may receive together is divided.
   *
   * @param division among those that fetch
   * @param dividedMillis when
   */
  record Shares(Division division, long dividedMillis) {
    /** It is not. */
    static final Shares NONE = new Shares(Division.NONE, 0);
  }

  /** How long a withdrawn install may take to end, and be reported. */
  static final long WITHDRAWN_MILLIS = 120_000;

  private final DeploymentPlan plan;
  private final Predicate<Map<String, String>> selector;
  private final TreeMap<String, Machine> machines = new TreeMap<>();

  /** How many machines of each wave are in a state. */
  private final EnumMap<MachineState, int[]> counts = new EnumMap<>(MachineState.class);

  private final int waveCount;
  private final Links links;
  private DeploymentState state;
  private String why;
  private long finishedMillis;
  private int begunWave;
  private boolean paused;
  private long stillSinceMillis;
  private Pace pace;
  private Shares shares = Shares.NONE;
  private boolean open;
  private boolean standing;
  private boolean copyless;
  private long knownUntilMillis;

  Deployment(DeploymentSnapshot from, Predicate<Map<String, String>> selector, long nowMillis) {
    this.plan = from.plan();
    this.selector = selector;
    this.waveCount = from.waveCount();
    this.links = new Links(from.holders());
    this.state = from.state();
    this.why = from.why();
    this.finishedMillis = from.finishedMillis();
    this.begunWave = from.begunWave();
    this.paused = from.paused();
    this.pace = from.pace();
    this.open = from.open();
    this.standing = from.standing();
    for (MachineSnapshot machine : from.machines()) {
      add(new Machine(machine, nowMillis));
    }
  }

  String id() {
    return plan.id();
  }

  DeploymentPlan plan() {
    return plan;
  }

  InfoHash infoHash() {
    return plan.artifact().infoHash();
  }

  Gate gate() {
    return plan.rollout().gate();
  }

  Links links() {
    return links;
  }

  DeploymentState state() {
    return state;
  }

  int waveCount() {
    return waveCount;
  }

  int lastWave() {
    return waveCount - 1;
  }

  boolean paused() {
    return paused;
  }

  Pace pace() {
    return pace;
  }

  void pace(Pace next) {
    pace = next;
  }

  Shares shares() {
    return shares;
  }

  void shares(Shares next) {
    shares = next;
  }

  /** What a machine is told: its share of what all may receive. */
  Pace paceOf(String agent) {
    return pace.receiving(shares.division().of(agent));
  }

  /** Whether machines that join get it. */
  boolean open() {
    return open && !plan.rollout().once();
  }

  /** From now on nobody else gets it. */
  void close() {
    open = false;
  }

  /** From now on it says nothing about any machine. */
  void retire() {
    open = false;
    standing = false;
  }

  boolean matches(Map<String, String> labels) {
    return selector.test(labels);
  }

  // ---- machines ---------------------------------------------------------------------------

  @Nullable Machine machine(String agent) {
    return machines.get(agent);
  }

  List<Machine> machines() {
    return new ArrayList<>(machines.values());
  }

  int machineCount() {
    return machines.size();
  }

  /** Whether a machine's pieces are on their way, or about to be. */
  boolean fetches(Machine machine) {
    return (machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING)
        && hasBegun(machine);
  }

  void add(Machine machine) {
    if (machines.putIfAbsent(machine.agent(), machine) != null) {
      throw new IllegalStateException(machine.agent() + " is in " + id() + " already");
    }
    counted(machine.state())[machine.wave()]++;
  }

  /** Drops a machine that is not known any more; what was stored of it stays. */
  void forget(String agent) {
    Machine machine = machines.remove(agent);
    if (machine != null) {
      counted(machine.state())[machine.wave()]--;
    }
  }

  /** The only way a machine's state changes: it is counted. */
  void move(Machine machine, MachineState next, String reason, long nowMillis) {
    counted(machine.state())[machine.wave()]--;
    machine.enter(next, reason, nowMillis);
    counted(machine.state())[machine.wave()]++;
  }

  private int[] counted(MachineState of) {
    return counts.computeIfAbsent(of, _ -> new int[waveCount]);
  }

  /** How many machines of this wave and of those before are in this state. */
  int count(MachineState wanted, int upToWave) {
    int count = 0;
    for (int wave = 0; wave <= Math.min(upToWave, lastWave()); wave++) {
      count += counted(wanted)[wave];
    }
    return count;
  }

  int count(MachineState wanted) {
    return count(wanted, lastWave());
  }

  /** All that count: whoever is out of it without its doing does not. */
  int total(int upToWave) {
    int count = 0;
    for (MachineState each : MachineState.values()) {
      count += each == MachineState.CANCELLED ? 0 : count(each, upToWave);
    }
    return count;
  }

  /** Whether a machine is at work, or should be. */
  boolean isActive() {
    for (MachineState each : MachineState.values()) {
      if (each.isActive() && count(each) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody still fetches, so that a full copy matters. */
  boolean isFetching() {
    return count(MachineState.WAITING) + count(MachineState.FETCHING) > 0;
  }

  /** Whether what this machine should have is said here. */
  boolean claims(String agent) {
    Machine machine = machines.get(agent);
    return machine != null
        && machine.state() != MachineState.PENDING
        && machine.state() != MachineState.CANCELLED;
  }

  /** In which wave a machine fetches: when all is staged first, everybody does so together. */
  int fetchWave(Machine machine) {
    return plan.rollout().staged() ? 0 : machine.wave();
  }

  /** Whether a machine's turn has come to begin. */
  boolean hasBegun(Machine machine) {
    return machine.wave() <= begunWave;
  }

  /** Whether it may only fetch as yet. */
  boolean stagesOnly(Machine machine) {
    return plan.rollout().staged() && state.wave() < machine.wave();
  }

  // ---- changes ----------------------------------------------------------------------------

  void begun(int wave) {
    begunWave = Math.max(begunWave, wave);
  }

  void paused(boolean now) {
    paused = now;
  }

  /**
   * Stands still, or goes on, because it is paused or all are halted. What was to be waited for is
   * waited for again. Gives whether that moved the end of a wait.
   */
  boolean standStill(boolean now, long nowMillis) {
    DeploymentState before = state;
    if (now && stillSinceMillis == 0) {
      stillSinceMillis = nowMillis;
    } else if (!now && stillSinceMillis != 0) {
      long millis = nowMillis - stillSinceMillis; // nothing happened, for no fault of the machines
      waitUntil(until -> until + millis, until -> until + millis);
      stillSinceMillis = 0;
    }
    return !state.equals(before);
  }

  /**
   * It stood still when the coordinator before this one ended, and nobody knows for how long: it
   * waits for all of it anew.
   */
  void waitAnew(long nowMillis) {
    waitUntil(
        until -> Math.max(until, nowMillis + gate().soakMillis()),
        until -> Math.max(until, nowMillis + Course.HEALTH_MILLIS_MAX));
  }

  private void waitUntil(LongUnaryOperator soaking, LongUnaryOperator checking) {
    state =
        switch (state) {
          case DeploymentState.Soaking(int wave, long until) ->
              new DeploymentState.Soaking(wave, soaking.applyAsLong(until));
          case DeploymentState.Checking(int wave, long until) ->
              new DeploymentState.Checking(wave, checking.applyAsLong(until));
          case DeploymentState.Staging _,
              DeploymentState.Staged _,
              DeploymentState.Rolling _,
              DeploymentState.Done _,
              DeploymentState.Failed _,
              DeploymentState.Cancelled _,
              DeploymentState.RolledBack _ ->
              state;
        };
  }

  /** A machine is told to stop; how that ended it may say for a while yet. */
  void withdrawn(long nowMillis) {
    knownUntilMillis = nowMillis + WITHDRAWN_MILLIS;
  }

  /** Until then it is not forgotten. */
  long knownUntilMillis() {
    return knownUntilMillis;
  }

  /** Notes whether a full copy is connected; true when that is news. */
  boolean noteCopyless(boolean now) {
    boolean news = copyless != now;
    copyless = now;
    return news;
  }

  /** The only writer of the state. To the same state is a new reason. */
  void enter(DeploymentState next, String reason, long nowMillis) {
    if (state.isFinal() && !state.equals(next) && !(next instanceof DeploymentState.RolledBack)) {
      throw new IllegalStateException(id() + ": " + state + " -> " + next + " (" + reason + ")");
    }
    finishedMillis = !next.isFinal() ? 0 : state.isFinal() ? finishedMillis : nowMillis;
    state = next;
    why = reason;
  }

  DeploymentSnapshot snapshot() {
    List<MachineSnapshot> snapshots = new ArrayList<>(machines.size());
    for (Machine machine : machines.values()) {
      snapshots.add(machine.snapshot());
    }
    return new DeploymentSnapshot(
        plan,
        state,
        why,
        finishedMillis,
        begunWave,
        waveCount,
        paused,
        pace,
        open,
        standing,
        new ArrayList<>(links.holders()),
        snapshots);
  }
}
