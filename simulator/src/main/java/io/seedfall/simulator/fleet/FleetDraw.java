package io.seedfall.simulator.fleet;

import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.Boundary;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.Gate;
import io.seedfall.planner.Pace;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.PlannerSettings;
import io.seedfall.planner.Quota;
import io.seedfall.planner.RolloutPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws from a seed a fleet, what its users want, and what happens to it. */
final class FleetDraw {
  private static final int ZONES = 3;

  /** The longest that users and faults go on. */
  private static final int ACTION_MILLIS_MAX = 200_000;

  /** Caps are a few times this: with one a piece may take a while, but not for ever. */
  private static final long RATE_BYTES_PER_SECOND = 1 << 20;

  /** So long it may take to come to rest: checks, soaks and windows of several waves. */
  private static final long REST_MILLIS_MAX = 2_400_000;

  private final SplittableRandom random;
  private final FleetSimulation fleet;
  private final int contents;
  private final int machines;
  private int ids;

  private FleetDraw(long seed, FleetSimulation.Planting planting) {
    random = new SplittableRandom(seed);
    PlannerSettings settings =
        new PlannerSettings(
            20_000 + random.nextInt(80_000),
            20_000 + random.nextInt(40_000),
            2 + 2 * random.nextInt(2),
            4,
            1 + random.nextInt(3),
            1 + random.nextInt(3),
            8,
            8 + random.nextInt(6),
            1_000);
    fleet = new FleetSimulation(random.nextLong(), settings, planting);
    contents = 1 + random.nextInt(3);
    machines = 1 + random.nextInt(random.nextInt(30) > 0 ? 7 : random.nextInt(15) > 0 ? 40 : 120);
  }

  /** Runs a seed to its rest. */
  static FleetSimulation run(long seed, FleetSimulation.Planting planting) {
    return begin(seed, planting).run();
  }

  /** One that has not run, for whoever wants to see how it ends. */
  static FleetDraw begin(long seed, FleetSimulation.Planting planting) {
    return new FleetDraw(seed, planting);
  }

  FleetSimulation fleet() {
    return fleet;
  }

  FleetSimulation run() {
    fleet.coordinator().start();
    for (int i = 0; i < contents; i++) {
      fleet.publisher("p" + i, FleetSimulation.content(i + 1));
    }
    for (int i = 0; i < machines; i++) {
      fleet.machine("m" + i, Map.of("zone", zone()), 1 + random.nextInt(16));
    }
    int until = 10_000 + random.nextInt(ACTION_MILLIS_MAX - 10_000);
    int actions = 3 + random.nextInt(40);
    for (int i = 0; i < actions; i++) {
      fleet.agenda().in(random.nextInt(until), this::anything);
    }
    fleet.pass(until);
    for (SimulatedPublisher publisher : fleet.publishers()) {
      if (random.nextInt(4) > 0) {
        publisher.start();
      }
    }
    fleet.settle(REST_MILLIS_MAX);
    return fleet;
  }

  private String zone() {
    return "z" + random.nextInt(ZONES);
  }

  private void anything() {
    if (random.nextInt(5) < 3) {
      users();
    } else {
      faults();
    }
  }

  // ---- users ------------------------------------------------------------------------------

  private void users() {
    String id = anyStanding();
    PlannerEvent.Request request =
        switch (random.nextInt(14)) {
          case 0, 1, 2, 3, 4 -> new PlannerEvent.DeployRequested(plan());
          case 5 -> new PlannerEvent.ActivateRequested(id);
          case 6 -> new PlannerEvent.CancelRequested(id, "cancelled");
          case 7 -> new PlannerEvent.PauseRequested(id, random.nextInt(3) > 0);
          case 8 -> new PlannerEvent.PauseRequested(id, false);
          case 9 -> new PlannerEvent.PaceRequested(id, pace());
          case 10 -> new PlannerEvent.RollbackRequested(id, "r" + ids++, "ann");
          case 11, 12 ->
              new PlannerEvent.CapRequested(scope(), Cap.UPLINK_RATE_MIN * random.nextInt(3));
          default -> new PlannerEvent.HaltRequested(random.nextInt(3) == 0);
        };
    fleet.ask(request);
  }

  private Pace pace() {
    return new Pace(
        Pace.Priority.LOW,
        RATE_BYTES_PER_SECOND * random.nextInt(3),
        RATE_BYTES_PER_SECOND * random.nextInt(3));
  }

  private CapScope scope() {
    return switch (random.nextInt(3)) {
      case 0 -> new CapScope.Each(random.nextBoolean() ? "all" : "zone=" + zone());
      default -> new CapScope.Uplink(Boundary.ZONE, zone());
    };
  }

  private String anyStanding() {
    List<String> standing = new ArrayList<>();
    for (StoredRows.Row row : fleet.rows().deployments()) {
      if (row.columns().standing()) {
        standing.add(row.id());
      }
    }
    // The later ones more often: something happens with them.
    int from = standing.size() > 2 && random.nextBoolean() ? standing.size() - 2 : 0;
    return standing.isEmpty()
        ? "none"
        : standing.get(from + random.nextInt(standing.size() - from));
  }

  private DeploymentPlan plan() {
    int content = random.nextInt(contents);
    return new DeploymentPlan(
        "d" + ids++,
        new ArtifactFacts(
            FleetSimulation.content(content + 1), "model", "v" + content, 64, 1 << 20),
        random.nextInt(3) > 0 ? "all" : "zone=" + zone(),
        "place" + (random.nextInt(4) == 0 ? 1 : 0),
        fleet.agenda().nowMillis(),
        random.nextLong(),
        rollout(),
        switch (random.nextInt(6)) {
          case 0 -> AgentRun.PRE_INSTALL;
          case 1 -> AgentRun.POST_INSTALL;
          case 2 -> AgentRun.PRE_INSTALL + " " + AgentRun.POST_INSTALL;
          default -> "";
        },
        null,
        "ann",
        "");
  }

  private RolloutPlan rollout() {
    if (random.nextInt(3) == 0) {
      return RolloutPlan.PLAIN;
    }
    boolean byLabel = random.nextInt(5) == 0;
    boolean bySize = !byLabel && random.nextBoolean();
    return new RolloutPlan(
        random.nextInt(6) == 0,
        random.nextInt(4) == 0,
        bySize ? List.of(new Quota(1, false), new Quota(50, true)) : List.of(),
        byLabel ? "zone" : "",
        new Gate(
            random.nextBoolean() ? Quota.ALL : new Quota(50 + random.nextInt(51), true),
            random.nextBoolean() ? 0 : 1 + random.nextInt(20_000),
            random.nextInt(3) == 0 ? "ready" : "",
            random.nextBoolean() ? Quota.ALL : new Quota(random.nextInt(3), false),
            random.nextBoolean()),
        random.nextBoolean() ? Quota.ALL : new Quota(50 + random.nextInt(51), true),
        random.nextInt(4) == 0 ? 5_000 + random.nextInt(120_000) : 0,
        random.nextInt(3) == 0 ? pace() : Pace.FREE);
  }

  // ---- faults -----------------------------------------------------------------------------

  private void faults() {
    SimulatedAgent agent = fleet.agent("m" + random.nextInt(machines));
    int shortly = 200 + random.nextInt(8_000);
    int away = random.nextInt(4) == 0 ? 20_000 + random.nextInt(150_000) : shortly;
    switch (random.nextInt(12)) {
      case 0, 1, 2 ->
          fleet
              .coordinator()
              .dieAt(
                  fleet.coordinator().steps() + 1 + random.nextInt(30),
                  500 + random.nextInt(10_000));
      case 3, 4 -> restart(agent, away, () -> {});
      case 5 -> restart(agent, away, () -> agent.labels(Map.of("zone", zone())));
      case 6 -> restart(agent, away, agent::reset);
      case 7 -> restart(agent, shortly, agent::move);
      case 8 -> {
        agent.line().network(false);
        fleet.agenda().in(away, () -> agent.line().network(true));
      }
      case 9 -> {
        agent.temper(agent.temper().withDiskFull(true));
        fleet.agenda().in(away, () -> agent.temper(agent.temper().withDiskFull(false)));
      }
      case 10 -> {
        Temper.Hook[] hooks = Temper.Hook.values();
        Temper.Hook hook = hooks[random.nextInt(hooks.length)];
        agent.temper(
            random.nextBoolean() && hook != Temper.Hook.SILENT
                ? agent.temper().withInstall(hook)
                : agent.temper().withHealth(hook));
      }
      default -> {
        SimulatedPublisher publisher = fleet.publishers().get(random.nextInt(contents));
        publisher.stop();
        if (random.nextBoolean()) {
          fleet.agenda().in(away, publisher::start);
        }
      }
    }
  }

  private void restart(SimulatedAgent agent, long millis, Runnable meanwhile) {
    agent.kill();
    meanwhile.run();
    fleet.agenda().in(millis, agent::start);
  }
}
