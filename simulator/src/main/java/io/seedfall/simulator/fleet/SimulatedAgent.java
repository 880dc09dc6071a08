package io.seedfall.simulator.fleet;

import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.Contact;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Place;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.simulator.fleet.AgentRun.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A machine's agent as the coordinator sees the real one: the steps of its assignments, what it
 * remembers while it runs and what it keeps over a crash, when it takes back and when it does not.
 * See Assignments, AssignmentRun, Versions, Settling of the module {@code agent}.
 */
final class SimulatedAgent implements Peer, Line.Owner {
  /** How often it looks what has come. */
  private static final long TICK_MILLIS = 1_000;

  /** A hook that hangs is ended after so long. */
  static final long HOOK_MILLIS_MAX = 20_000;

  /** A halt that a new coordinator does not confirm is over after so long. */
  private static final long HALT_DOUBT_MILLIS = 2_000;

  /** Senders that it takes from at once. */
  private static final int SENDERS_MAX = 3;

  private final FleetSimulation fleet;
  private final String name;
  private final Line line;
  private final int piecesPerTick;
  private TreeMap<String, String> labels;
  private AgentDisk disk = new AgentDisk();
  private Temper temper = Temper.FINE;
  private int port = 1;
  private boolean running;
  private int life;

  // What is gone with the process.
  private final LinkedHashMap<String, AgentRun> runs = new LinkedHashMap<>();
  private final Neighbourhood neighbourhood = new Neighbourhood();
  private boolean halted;
  private long haltWord;
  private boolean ticks;

  SimulatedAgent(
      FleetSimulation fleet, String name, Map<String, String> labels, int piecesPerTick) {
    this.fleet = fleet;
    this.name = name;
    this.labels = new TreeMap<>(labels);
    this.piecesPerTick = piecesPerTick;
    this.line = new Line(fleet, name, this);
  }

  // ---- who it is --------------------------------------------------------------------------

  @Override
  public String name() {
    return name;
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint("10.0.0." + (1 + fleet.numberOf(name) % 250), port);
  }

  @Override
  public boolean isThere() {
    return running && line.network();
  }

  Map<String, String> labels() {
    return labels;
  }

  AgentDisk disk() {
    return disk;
  }

  Line line() {
    return line;
  }

  boolean isRunning() {
    return running;
  }

  /** Which of its processes runs. */
  int life() {
    return life;
  }

  Temper temper() {
    return temper;
  }

  void temper(Temper next) {
    temper = next;
  }

  @Nullable AgentRun run(String id) {
    return runs.get(id);
  }

  // ---- its process ------------------------------------------------------------------------

  void start() {
    if (running) {
      return;
    }
    running = true;
    life++;
    disk.settle();
    fleet.say(name, "starts");
    line.start();
  }

  /** It is killed; what is on the disk stays. */
  void kill() {
    if (!running) {
      return;
    }
    fleet.say(name, "is killed");
    running = false;
    life++;
    runs.clear();
    neighbourhood.clear();
    halted = false;
    ticks = false;
    line.stop();
  }

  /** While it is down: other labels at its next start. */
  void labels(Map<String, String> next) {
    labels = new TreeMap<>(next);
  }

  /** While it is down: another port at its next start. */
  void move() {
    port++;
  }

  /** While it is down: the machine is set up anew. */
  void reset() {
    disk = new AgentDisk();
  }

  /** Later, if the process is still the same. */
  private void in(long millis, Runnable what) {
    int now = life;
    fleet
        .agenda()
        .in(
            millis,
            () -> {
              if (running && life == now) {
                what.run();
                retain();
              }
            });
  }

  // ---- the coordinator --------------------------------------------------------------------

  @Override
  public PlannerEvent.AgentJoined hello() {
    AgentFacts facts =
        new AgentFacts(name, AgentRole.MACHINE, new TreeMap<>(labels), endpoint(), Place.ELSEWHERE);
    return new PlannerEvent.AgentJoined(facts, disk.versions(), disk.installed());
  }

  @Override
  public void welcomed() {
    long word = ++haltWord;
    in(
        HALT_DOUBT_MILLIS,
        () -> {
          if (haltWord == word) {
            halted = false; // nobody says so any more
          }
        });
  }

  @Override
  public void heard(PlannerEffect.Send message) {
    fleet.say(name + " hears", message);
    switch (message) {
      case PlannerEffect.Assign assign -> assign(assign);
      case PlannerEffect.Activate(String _, String id) -> activate(id);
      case PlannerEffect.SetPace(String _, String id, _, boolean paused) -> {
        AgentRun run = runs.get(id);
        if (run != null) {
          neighbourhood.pause(run.infoHash(), id, paused);
        }
      }
      case PlannerEffect.CheckHealth(String _, String id, String _) -> checkHealth(id);
      case PlannerEffect.Halt(String _, boolean now) -> {
        haltWord++;
        halted = now;
      }
      case PlannerEffect.SetCaps _ -> {} // rates are not simulated here
      case PlannerEffect.Withdraw(String _, String id, String why) -> withdraw(id, why);
      case PlannerEffect.Seed seed -> seed(seed);
      case PlannerEffect.Neighbours(String _, String id, List<Contact> contacts) -> {
        AgentRun run = runs.get(id);
        if (run != null) {
          neighbourhood.list(run.infoHash(), id, contacts);
        }
      }
    }
    retain();
  }

  private void assign(PlannerEffect.Assign assign) {
    String id = assign.plan().id();
    InfoHash infoHash = assign.plan().artifact().infoHash();
    AgentRun known = runs.get(id);
    if (known != null && !isToBeDoneAgain(known)) {
      neighbourhood.list(infoHash, id, assign.contacts());
      neighbourhood.pause(infoHash, id, false);
      report(known);
      return;
    }
    runs.remove(id);
    AgentRun run = new AgentRun(assign.plan(), assign.stage());
    for (AgentRun older : unfinished()) {
      if (older.destination().equals(run.destination()) && older.phase() != Phase.INSTALLING) {
        finish(older, MachineState.CANCELLED, "deployment " + id + " took its place");
      }
    }
    runs.put(id, run);
    neighbourhood.list(infoHash, id, assign.contacts());
    neighbourhood.pause(infoHash, id, false);
    report(run);
    check(run);
  }

  /** The same id is the same work, but for work that is not done. */
  private boolean isToBeDoneAgain(AgentRun known) {
    if (!fleet.agentsRedo() || !known.isFinished()) {
      return false;
    }
    AgentDisk.Place place = disk.place(known.destination());
    return known.state() != MachineState.INSTALLED || !known.infoHash().equals(place.installed);
  }

  private void activate(String id) {
    AgentRun run = runs.get(id);
    if (run != null) {
      run.activate();
      if (run.phase() == Phase.STAGED) {
        install(run, false);
      }
    }
  }

  private void withdraw(String id, String why) {
    AgentRun run = runs.get(id);
    if (run == null) {
      disk.unstage(id);
      for (AgentDisk.Place place : disk.places().values()) {
        if (place.unproven != null && place.unproven.by().equals(id)) {
          place.installed(place.unproven.infoHash(), id);
        }
      }
      line.report(id, MachineState.CANCELLED, why, 0);
      return;
    }
    if (run.isFinished()) {
      report(run);
    } else if (run.phase() != Phase.INSTALLING) { // a step under way is not taken back
      finish(run, MachineState.CANCELLED, why);
    }
    neighbourhood.forget(run.infoHash(), id);
  }

  private void seed(PlannerEffect.Seed seed) {
    if (disk.holds(seed.infoHash())) {
      neighbourhood.seed(seed.infoHash(), seed.contacts(), seed.paused());
    } else {
      line.holding(seed.infoHash(), false);
    }
  }

  private void checkHealth(String id) {
    for (AgentDisk.Place place : disk.places().values()) {
      if (place.installed != null && place.by.equals(id) && place.unproven == null) {
        hook(
            temper.health(),
            why -> {
              if (why.isEmpty()) {
                fleet.checks().healthy(name, id);
              }
              line.health(id, why.isEmpty(), why);
            });
        return;
      }
    }
    line.health(id, false, "deployment " + id + " is not in place here");
  }

  // ---- its steps --------------------------------------------------------------------------

  private List<AgentRun> unfinished() {
    return runs.values().stream().filter(run -> !run.isFinished()).toList();
  }

  private boolean isInstalling(String destination) {
    return unfinished().stream()
        .anyMatch(run -> run.phase() == Phase.INSTALLING && run.destination().equals(destination));
  }

  private void report(AgentRun run) {
    line.report(run.id(), run.state(), run.why(), Long.bitCount(disk.pieces(run.infoHash())));
  }

  private void finish(AgentRun run, MachineState outcome, String why) {
    if (run.phase() == Phase.STAGED) {
      disk.place(run.destination()).switching = null;
    }
    run.finish(outcome, why);
    disk.unstage(run.id());
    report(run);
  }

  /** Later, if it is still in the phase that it is in now. */
  private void step(AgentRun run, long millis, Runnable next) {
    int attempt = run.attempt();
    in(
        millis,
        () -> {
          if (run.attempt() == attempt) {
            next.run();
          }
        });
  }

  private void check(AgentRun run) {
    if (run.phase() != Phase.LEARNING || isInstalling(run.destination())) {
      return;
    }
    run.enter(Phase.CHECKING);
    step(
        run,
        10 + fleet.below(100),
        () -> {
          if (temper.diskFull() && !disk.holds(run.infoHash())) {
            finish(run, MachineState.FAILED, "not enough space");
            return;
          }
          run.enter(Phase.FETCHING);
          join(run);
          tickLater();
        });
  }

  private void join(AgentRun run) {
    if (run.phase() != Phase.FETCHING
        || !disk.holds(run.infoHash())
        || isInstalling(run.destination())) {
      return;
    }
    AgentDisk.Switching left = disk.place(run.destination()).unproven;
    if (left != null && left.by().equals(run.id()) && left.infoHash().equals(run.infoHash())) {
      install(run, true);
      return;
    }
    run.enter(Phase.PREPARING);
    report(run);
    step(run, 10 + fleet.below(200), () -> ready(run));
  }

  private void ready(AgentRun run) {
    AgentDisk.Place place = disk.place(run.destination());
    if (place.unproven != null) { // a newer one takes its place
      place.installed(place.unproven.infoHash(), place.unproven.by());
    }
    place.switching =
        new AgentDisk.Switching(
            run.infoHash(), run.id(), run.hasHook(AgentRun.POST_INSTALL), false, place.content);
    if (run.stage()) {
      disk.stage(run.id(), run.infoHash());
    }
    if (run.isActivated()) {
      install(run, false);
    } else {
      run.enter(Phase.STAGED);
      report(run);
    }
  }

  private void install(AgentRun run, boolean inPlace) {
    run.enter(Phase.INSTALLING);
    report(run);
    if (inPlace) {
      judge(run);
    } else if (run.hasHook(AgentRun.PRE_INSTALL)) {
      hook(
          temper.install(),
          why -> {
            if (why.isEmpty()) {
              in(1 + fleet.below(20), () -> switchOver(run));
            } else {
              notInstalled(run, why);
            }
          });
    } else {
      in(1 + fleet.below(20), () -> switchOver(run));
    }
  }

  private void switchOver(AgentRun run) {
    AgentDisk.Place place = disk.place(run.destination());
    place.switching =
        new AgentDisk.Switching(
            run.infoHash(), run.id(), run.hasHook(AgentRun.POST_INSTALL), true, place.content);
    place.content = run.infoHash();
    fleet.say(name, "switches " + run.id());
    fleet.checks().switched(this, run.id());
    judge(run);
  }

  private void judge(AgentRun run) {
    if (!run.hasHook(AgentRun.POST_INSTALL)) {
      installed(run);
      return;
    }
    hook(
        temper.install(),
        why -> {
          if (why.isEmpty()) {
            installed(run);
          } else {
            AgentDisk.Place place = disk.place(run.destination());
            AgentDisk.Switching done = place.switching == null ? place.unproven : place.switching;
            if (done != null) {
              place.content = done.before();
            }
            notInstalled(run, why);
          }
        });
  }

  private void hook(Temper.Hook how, java.util.function.Consumer<String> answer) {
    switch (how) {
      case WELL -> in(50 + fleet.below(2_000), () -> answer.accept(""));
      case FAILS -> in(50 + fleet.below(2_000), () -> answer.accept("exit code 1"));
      case HANGS -> in(HOOK_MILLIS_MAX, () -> answer.accept("it did not end in time"));
      case SILENT -> {}
    }
  }

  private void installed(AgentRun run) {
    disk.place(run.destination()).installed(run.infoHash(), run.id());
    finish(run, MachineState.INSTALLED, "");
    nextAt(run.destination());
  }

  private void notInstalled(AgentRun run, String why) {
    AgentDisk.Place place = disk.place(run.destination());
    place.switching = null;
    place.unproven = null;
    fleet.checks().takenBack(name, run.id());
    finish(run, MachineState.FAILED, why);
    nextAt(run.destination());
  }

  private void nextAt(String destination) {
    for (AgentRun waiting : unfinished()) {
      if (waiting.destination().equals(destination)) {
        check(waiting);
        join(waiting);
      }
    }
  }

  // ---- content ----------------------------------------------------------------------------

  @Override
  public long pieces(InfoHash infoHash) {
    boolean open = disk.holds(infoHash) || isWanted(infoHash);
    return open && moves(infoHash) ? disk.pieces(infoHash) : 0;
  }

  @Override
  public boolean lists(InfoHash infoHash, Peer other) {
    return neighbourhood.lists(infoHash, other);
  }

  private boolean isWanted(InfoHash infoHash) {
    return unfinished().stream().anyMatch(run -> run.infoHash().equals(infoHash));
  }

  private boolean moves(InfoHash infoHash) {
    return !halted
        && neighbourhood.moves(
            infoHash,
            id -> {
              AgentRun run = runs.get(id);
              return run != null && !run.isFinished();
            });
  }

  private void tickLater() {
    boolean fetches = unfinished().stream().anyMatch(run -> run.phase() == Phase.FETCHING);
    if (fetches && !ticks) {
      ticks = true;
      in(
          TICK_MILLIS,
          () -> {
            ticks = false;
            tick();
            tickLater();
          });
    }
  }

  private void tick() {
    TreeSet<InfoHash> fetched = new TreeSet<>();
    for (AgentRun run : unfinished()) {
      if (run.phase() == Phase.FETCHING && !disk.holds(run.infoHash())) {
        fetched.add(run.infoHash());
      }
    }
    for (InfoHash infoHash : fetched) {
      fetch(infoHash);
    }
    for (AgentRun run : unfinished()) {
      if (run.phase() == Phase.FETCHING && run.isNews(Long.bitCount(disk.pieces(run.infoHash())))) {
        report(run);
      }
      join(run);
    }
  }

  private void fetch(InfoHash infoHash) {
    if (temper.diskFull()) {
      for (AgentRun run : unfinished()) {
        if (run.infoHash().equals(infoHash) && run.phase() != Phase.INSTALLING) {
          finish(run, MachineState.FAILED, "no space left");
        }
      }
      disk.drop(infoHash);
      return;
    }
    long had = disk.pieces(infoHash);
    long useful = 0;
    int senders = 0;
    if (moves(infoHash) && isThere()) {
      for (Peer peer : fleet.peers()) {
        if (peer != this
            && peer.isThere()
            && (lists(infoHash, peer) || peer.lists(infoHash, this))) {
          long has = peer.pieces(infoHash) & ~had;
          useful |= has;
          senders += has == 0 ? 0 : 1;
        }
      }
    }
    long has = had;
    int room = piecesPerTick * Math.min(SENDERS_MAX, senders);
    for (int piece = fleet.below(Long.SIZE); room > 0 && (useful & ~has) != 0; piece++) {
      long bit = 1L << piece; // of 64
      if ((useful & ~has & bit) != 0) {
        has |= bit;
        room--;
      }
    }
    if (has != had) {
      fleet.checks().moved(this, infoHash);
      disk.verified(infoHash, has);
    }
    if (has == WHOLE) {
      disk.complete(infoHash);
      fleet.say(name, "has all of " + FleetSimulation.brief(infoHash));
      line.holding(infoHash, true);
    }
  }

  /** Ids of unfinished work with this content. */
  List<String> workOn(InfoHash infoHash) {
    return unfinished().stream()
        .filter(run -> run.infoHash().equals(infoHash))
        .map(AgentRun::id)
        .toList();
  }

  /** Lets go of every version that nobody refers to. */
  private void retain() {
    Set<InfoHash> kept = disk.retained();
    List<InfoHash> all = new ArrayList<>(disk.versions());
    all.addAll(disk.unfinished());
    for (InfoHash infoHash : all) {
      boolean stays = isWanted(infoHash) || (disk.holds(infoHash) && kept.contains(infoHash));
      // What was fetched by a process before may still be wanted: it goes after a week.
      boolean earlier = !disk.holds(infoHash) && !neighbourhood.knows(infoHash);
      if (!stays && !earlier) {
        neighbourhood.drop(infoHash);
        if (disk.drop(infoHash)) {
          line.holding(infoHash, false);
        }
      }
    }
  }
}
