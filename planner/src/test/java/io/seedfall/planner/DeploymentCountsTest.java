package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeploymentCountsTest {
  private static final long STILL_MILLIS = 60_000;

  private final PlannerDrive drive = new PlannerDrive();

  private DeploymentCounts counts() {
    return drive.planner.counts(STILL_MILLIS).getFirst();
  }

  @Test
  void everyMachineIsCountedInItsState() {
    drive.publisher("p");
    drive.machines("a", "b", "c");
    assertThat(drive.planner.counts(STILL_MILLIS)).isEmpty();
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    drive.report("b", "d1", MachineState.INSTALLED, "", 100);
    assertThat(counts().count(MachineState.WAITING)).isEqualTo(1);
    assertThat(counts().count(MachineState.FETCHING)).isEqualTo(1);
    assertThat(counts().count(MachineState.INSTALLED)).isEqualTo(1);
    assertThat(counts().count(MachineState.FAILED)).isZero();
    assertThat(counts().state().isFinal()).isFalse();
  }

  @Test
  void whoFetchesWithoutProgressForSoLongIsStillUnlessItIsAwayOrMayNot() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", "all");
    drive.report("a", "d1", MachineState.FETCHING, "", 10);
    drive.pass(STILL_MILLIS - 1);
    assertThat(counts().still()).isZero();
    drive.pass(1);
    assertThat(counts().still()).isEqualTo(1);
    drive.handle(new PlannerEvent.PauseRequested("d1", true));
    assertThat(counts().still()).isZero();
    assertThat(counts().paused()).isTrue();
    drive.handle(new PlannerEvent.PauseRequested("d1", false));
    drive.pass(STILL_MILLIS);
    assertThat(counts().still()).isEqualTo(1);
    drive.leave("a");
    assertThat(counts().still()).isZero();
  }

  @Test
  void theRestIsLateWhenNineInTenHaveIt() {
    assertThat(late(89, 11)).isZero();
    assertThat(late(90, 10)).isEqualTo(10);
    assertThat(late(0, 0)).isZero();
  }

  private static int late(int installed, int fetching) {
    Map<MachineState, Integer> machines = new EnumMap<>(MachineState.class);
    machines.put(MachineState.INSTALLED, installed);
    machines.put(MachineState.FETCHING, fetching);
    machines.put(MachineState.CANCELLED, 1_000);
    return new DeploymentCounts(new DeploymentState.Rolling(0), false, machines, 0).stragglers();
  }
}
