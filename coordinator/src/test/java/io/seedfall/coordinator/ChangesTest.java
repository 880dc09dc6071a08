package io.seedfall.coordinator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.FleetChange;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import io.seedfall.control.Rollout;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ChangesTest {
  private static final DeploymentView DEPLOYMENT =
      new DeploymentView(
          "d1",
          "model",
          "1",
          "0".repeat(64),
          7,
          "all",
          "x",
          DeploymentPhase.RUNNING,
          "",
          1,
          0,
          List.of(),
          3,
          0,
          0,
          0,
          false,
          0,
          1,
          0,
          "",
          Rollout.PLAIN,
          "");

  private final Changes changes = new Changes();

  private @Nullable Packet at(long nowMillis) {
    return changes.packet(nowMillis, false, _ -> null, ChangesTest::view);
  }

  private static @Nullable AgentView view(String name) {
    return name.equals("forgotten")
        ? null
        : new AgentView(name, AgentKind.AGENT, Map.of(), "127.0.0.1:1", false, 1, -1);
  }

  private void leaves(String agent) {
    changes.heard(new PlannerEvent.AgentLeft(agent));
  }

  @Test
  void packetsAreAtLeastAFifthOfASecondApartAndLoseNothing() {
    assertThat(at(0)).as("nothing happened").isNull();
    leaves("a");
    Packet first = requireNonNull(at(0));
    assertThat(first.serial()).isEqualTo(1);
    leaves("b");
    leaves("c");
    assertThat(at(Changes.MILLIS_MIN - 1)).isNull();
    leaves("b");
    Packet second = requireNonNull(at(Changes.MILLIS_MIN));
    assertThat(second.serial()).isEqualTo(2);
    assertThat(second.agents()).extracting(AgentView::name).containsExactly("b", "c");
    assertThat(at(10_000)).as("told already").isNull();
  }

  @Test
  void agentsOfAPacketEndAtTheirLimit() {
    for (int i = 0; i < FleetChange.AGENTS_MAX; i++) {
      leaves("a" + i);
    }
    leaves("a0");
    Packet full = requireNonNull(at(0));
    assertThat(full.agents()).hasSize(FleetChange.AGENTS_MAX);
    assertThat(full.more()).isFalse();
    for (int i = 0; i <= FleetChange.AGENTS_MAX; i++) {
      leaves("a" + i);
    }
    Packet more = requireNonNull(at(1_000));
    assertThat(more.agents()).hasSize(FleetChange.AGENTS_MAX);
    assertThat(more.more()).isTrue();
  }

  @Test
  void whoIsForgottenIsLookedForAndWhatNobodyKnowsIsNotTold() {
    leaves("forgotten");
    changes.heard(
        new PlannerEvent.AgentReported("a", "unknown", MachineState.FETCHING, "", Progress.NONE));
    Packet packet = requireNonNull(at(0));
    assertThat(packet.agents()).isEmpty();
    assertThat(packet.more()).isTrue();
    assertThat(packet.deployments()).isEmpty();
  }

  @Test
  void theHaltIsTold() {
    changes.stored(new PlannerEffect.HaltStored(true));
    Packet packet = requireNonNull(changes.packet(0, true, _ -> null, ChangesTest::view));
    assertThat(Packet.of(List.of(packet)))
        .isEqualTo(new FleetChange(true, List.of(), List.of(), false));
  }

  @Test
  void whatManyPacketsSayOfADeploymentIsItsLatestAndEndsAtItsLimit() {
    List<Packet> packets = new ArrayList<>();
    int half = DeploymentChange.MACHINES_MAX / 2;
    packets.add(packet(1, machines(0, half)));
    packets.add(packet(2, machines(0, half)));
    packets.add(packet(3, machines(half, half)));
    DeploymentChange all = requireNonNull(Packet.of(packets, "d1"));
    assertThat(all.machines()).hasSize(DeploymentChange.MACHINES_MAX);
    assertThat(all.more()).isFalse();
    assertThat(all.machines().getFirst().bytesDone()).as("the latest").isEqualTo(2);
    packets.add(packet(4, machines(2 * half, 1)));
    DeploymentChange more = requireNonNull(Packet.of(packets, "d1"));
    assertThat(more.machines()).hasSize(DeploymentChange.MACHINES_MAX);
    assertThat(more.more()).isTrue();
    assertThat(Packet.of(packets, "d2")).isNull();
  }

  private static List<String> machines(int from, int count) {
    List<String> names = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      names.add("m" + i);
    }
    return names;
  }

  private static Packet packet(long serial, List<String> machines) {
    List<MachineView> views = new ArrayList<>();
    for (String machine : machines) {
      views.add(new MachineView(machine, MachinePhase.FETCHING, "", serial, 0, 0, 0, 0, 0));
    }
    return new Packet(
        serial,
        false,
        false,
        Map.of("d1", new DeploymentChange(DEPLOYMENT, views, false)),
        List.of(),
        false);
  }
}
