package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.Seeds;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Everything that can happen, in any order, with restarts in between. */
final class AnyOrderTest {
  private static final InfoHash OTHER = InfoHash.parse("cd".repeat(32));

  /** Any order of anything: nothing throws, the store tells the same, a restart forgets nothing. */
  @Test
  void whateverHappensTheStoreKnowsItAndEverythingEnds() {
    Seeds.check(300, AnyOrderTest::anything);
  }

  private static void anything(RandomGenerator random) {
    PlannerDrive any = new PlannerDrive();
    any.publisher("p");
    any.handle(new PlannerEvent.AgentHolds("p", OTHER, true));
    int ids = 0;
    for (int step = 0; step < 200; step++) {
      String name = "m" + random.nextInt(8);
      String id = any.anyRunning(random, "d" + random.nextInt(Math.max(1, ids)));
      switch (random.nextInt(14)) {
        case 0, 1 -> {
          if (any.isConnected(name)) {
            any.leave(name);
          } else {
            any.machine(name, Map.of("zone", "z" + random.nextInt(3)));
          }
        }
        case 2 ->
            any.deploy(
                "d" + ids++,
                random.nextBoolean() ? "all" : "zone=z" + random.nextInt(3),
                "place" + random.nextInt(2),
                random.nextBoolean() ? PlannerDrive.CONTENT : OTHER,
                anyRollout(random));
        case 3 -> any.handle(new PlannerEvent.PauseRequested(id, random.nextBoolean()));
        case 4 -> any.handle(new PlannerEvent.ActivateRequested(id));
        case 5 -> any.handle(new PlannerEvent.RollbackRequested(id, "r" + step, "ann"));
        case 6 -> any.handle(ofAll(random));
        case 10 -> any.handle(new PlannerEvent.PaceRequested(id, anyPace(random)));
        case 7 -> any.pass(random.nextInt(120_000));
        case 8 -> {
          if (random.nextInt(4) == 0) {
            any.cancel(id);
          } else if (random.nextInt(10) == 0) {
            any = any.restarted();
            any.publisher("p");
            any.handle(new PlannerEvent.AgentHolds("p", OTHER, true));
          }
        }
        case 9 ->
            any.handle(new PlannerEvent.HealthReported(name, id, random.nextInt(5) > 0, "says so"));
        default -> {
          if (any.isConnected(name)) {
            MachineState[] states = MachineState.values();
            any.report(name, id, states[1 + random.nextInt(states.length - 1)], "", step);
          }
        }
      }
      any.checkStore();
      any.checkShares();
    }
    end(any);
  }

  /** Nothing stands in the way any more: everything ends. */
  private static void end(PlannerDrive any) {
    any.handle(new PlannerEvent.HaltRequested(false));
    for (DeploymentSnapshot each : any.planner.standing()) {
      any.handle(new PlannerEvent.PauseRequested(each.plan().id(), false));
      if (each.state() instanceof DeploymentState.Staged) {
        any.cancel(each.plan().id());
      }
    }
    for (int i = 0; i < 200; i++) {
      any.pass(60_000);
      for (DeploymentSnapshot each : any.planner.standing()) {
        if (each.state() instanceof DeploymentState.Staged) {
          any.cancel(each.plan().id());
        }
      }
    }
    for (DeploymentSnapshot each : any.planner.standing()) {
      assertThat(each.state().isFinal()).as(each.toString()).isTrue();
    }
    any.checkStore();
  }

  private static RolloutPlan anyRollout(RandomGenerator random) {
    boolean byLabel = random.nextInt(4) == 0;
    return new RolloutPlan(
        random.nextInt(4) == 0,
        random.nextInt(4) == 0,
        byLabel || random.nextBoolean()
            ? List.of()
            : List.of(new Quota(1, false), new Quota(50, true)),
        byLabel ? "zone" : "",
        new Gate(
            new Quota(50 + random.nextInt(51), true),
            random.nextBoolean() ? 0 : random.nextInt(100_000),
            random.nextInt(3) == 0 ? "ready" : "",
            random.nextBoolean() ? Quota.ALL : new Quota(random.nextInt(3), false),
            random.nextBoolean()),
        new Quota(50 + random.nextInt(51), true),
        random.nextInt(3) == 0 ? 1 + random.nextInt(600_000) : 0,
        anyPace(random));
  }

  private static CapScope anyScope(RandomGenerator random) {
    String zone = "z" + random.nextInt(3);
    return random.nextInt(3) == 0
        ? new CapScope.Each("zone=" + zone)
        : new CapScope.Uplink(Boundary.ZONE, zone);
  }

  private static Pace anyPace(RandomGenerator random) {
    return new Pace(
        Pace.Priority.NORMAL, random.nextInt(2) * 100_000L, random.nextInt(3) * 1_000_000L);
  }

  /** What is asked of the whole fleet. */
  private static PlannerEvent ofAll(RandomGenerator random) {
    return random.nextBoolean()
        ? new PlannerEvent.HaltRequested(random.nextInt(3) == 0)
        : new PlannerEvent.CapRequested(anyScope(random), random.nextInt(3) * Cap.UPLINK_RATE_MIN);
  }
}
