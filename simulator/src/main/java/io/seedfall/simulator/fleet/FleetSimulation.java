package io.seedfall.simulator.fleet;

import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.PlannerSettings;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A fleet in virtual time, from one seed: a coordinator that may be killed, machines, publishers,
 * users, and checks that are always on. One thread. What breaks is a {@link FleetViolation}.
 */
public final class FleetSimulation {
  /** A message is on its way for less than that. */
  static final int LATENCY_MAX_MILLIS = 30;

  /** The planner's numbers, small, so that little time and few machines meet every limit. */
  static final PlannerSettings SETTINGS =
      new PlannerSettings(60_000, 40_000, 4, 4, 3, 2, 8, 12, 1_000);

  private final SplittableRandom random;
  private final PlannerSettings settings;
  private final Function<Planner, PlannerDriver> driving;
  private final Agenda agenda = new Agenda();
  private final FleetTrace trace = new FleetTrace();
  private final StoredRows rows;
  private final FleetChecks checks;
  private final SimulatedCoordinator coordinator;
  private final TreeMap<String, SimulatedAgent> agents = new TreeMap<>();
  private final TreeMap<String, SimulatedPublisher> publishers = new TreeMap<>();
  private final TreeMap<String, Integer> numbers = new TreeMap<>();
  private final List<Peer> peers = new ArrayList<>();
  private final boolean agentsRedo;

  FleetSimulation(long seed) {
    this(seed, SETTINGS, Planting.NOTHING);
  }

  FleetSimulation(long seed, PlannerSettings settings, Planting planting) {
    this.random = new SplittableRandom(seed);
    this.settings = settings;
    this.driving = planting.driving();
    this.agentsRedo = planting.agentsRedo();
    this.checks = new FleetChecks(this);
    this.rows = new StoredRows(checks);
    this.coordinator = new SimulatedCoordinator(this, rows);
  }

  /**
   * What tests change.
   *
   * @param driving what stands between the coordinator and its planner
   * @param agentsRedo whether an agent does an assignment again that had not come to what it should
   */
  record Planting(Function<Planner, PlannerDriver> driving, boolean agentsRedo) {
    static final Planting NOTHING = new Planting(PlannerDriver::new, true);
  }

  // ---- for its parts ----------------------------------------------------------------------

  Agenda agenda() {
    return agenda;
  }

  FleetChecks checks() {
    return checks;
  }

  StoredRows rows() {
    return rows;
  }

  SimulatedCoordinator coordinator() {
    return coordinator;
  }

  PlannerSettings settings() {
    return settings;
  }

  PlannerDriver driver() {
    return driving.apply(new Planner(settings, SimulatedCoordinator::selector));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int latencyMillis() {
    return 1 + below(LATENCY_MAX_MILLIS - 1);
  }

  /** Everybody who may have content, in the order of their arrival. */
  List<Peer> peers() {
    return peers;
  }

  int numberOf(String name) {
    return Objects.requireNonNull(numbers.get(name));
  }

  /** Whether agents do an assignment again that had ended otherwise than it should. */
  boolean agentsRedo() {
    return agentsRedo;
  }

  void say(String who, Object what) {
    trace.say(agenda.nowMillis(), who, what.toString());
  }

  static InfoHash content(int number) {
    return InfoHash.parse("%02x".formatted(number).repeat(32));
  }

  static String brief(InfoHash infoHash) {
    return infoHash.hex().substring(0, 2);
  }

  // ---- who there is -----------------------------------------------------------------------

  SimulatedAgent machine(String name, Map<String, String> labels) {
    return machine(name, labels, 8);
  }

  SimulatedAgent machine(String name, Map<String, String> labels, int piecesPerTick) {
    numbers.put(name, numbers.size());
    SimulatedAgent agent = new SimulatedAgent(this, name, labels, piecesPerTick);
    agents.put(name, agent);
    peers.add(agent);
    agent.start();
    return agent;
  }

  SimulatedPublisher publisher(String name, InfoHash infoHash) {
    numbers.put(name, numbers.size());
    SimulatedPublisher publisher = new SimulatedPublisher(this, name, infoHash);
    publishers.put(name, publisher);
    peers.add(publisher);
    publisher.start();
    return publisher;
  }

  SimulatedAgent agent(String name) {
    return Objects.requireNonNull(agents.get(name), name);
  }

  List<SimulatedAgent> agents() {
    return new ArrayList<>(agents.values());
  }

  List<SimulatedPublisher> publishers() {
    return new ArrayList<>(publishers.values());
  }

  // ---- users ------------------------------------------------------------------------------

  void ask(PlannerEvent.Request request, Consumer<PlannerEffect.Answer> asker) {
    coordinator.ask(request, asker);
  }

  void ask(PlannerEvent.Request request) {
    coordinator.ask(request, _ -> {});
  }

  void deploy(DeploymentPlan plan) {
    ask(new PlannerEvent.DeployRequested(plan));
  }

  // ---- time -------------------------------------------------------------------------------

  /** Lets virtual time pass. */
  void pass(long millis) {
    agenda.pass(millis);
  }

  /** How long the run has taken. */
  long elapsedMillis() {
    return agenda.nowMillis() - Agenda.BEGIN_MILLIS;
  }

  /** The same for the same seed. */
  public long traceHash() {
    return trace.hash();
  }

  /** The last lines of the trace. */
  public List<String> trace() {
    return trace.lines();
  }

  /** A machine's part as it is stored. */
  StoredRows.@Nullable Row row(String id) {
    return rows.deployment(id);
  }

  // ---- the end ----------------------------------------------------------------------------

  /**
   * Faults are over, everybody is back, nothing stands still; then every deployment has to end, and
   * every machine has to have what it should.
   *
   * @param millisMax so long it may take
   */
  void settle(long millisMax) {
    agents
        .values()
        .forEach(agent -> {
          agent.temper(Temper.FINE);
          agent.line().network(true);
          agent.start();
        });
    publishers.values().forEach(publisher -> publisher.line().network(true));
    long until = agenda.nowMillis() + millisMax;
    long quietSince = agenda.nowMillis();
    while (agenda.nowMillis() < until) {
      checks.isQuiet(); // lets users go on with what waits for them
      agenda.pass(5_000);
      if (!checks.isQuiet()) {
        quietSince = agenda.nowMillis();
      } else if (agenda.nowMillis() - quietSince >= 45_000) {
        checks.atRest();
        return;
      }
    }
    throw new FleetViolation("everything ends", checks.unfinished());
  }
}
