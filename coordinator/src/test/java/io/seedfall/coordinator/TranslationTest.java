package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.CoordinatorMessage;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.Pace;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.RolloutPlan;
import io.seedfall.protocol.InfoHash;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TranslationTest {
  private static int progressMillis(int connected) {
    DeploymentPlan plan =
        new DeploymentPlan(
            "d1",
            new ArtifactFacts(InfoHash.parse("ab".repeat(32)), "model", "1", 10, 16_384),
            "all",
            "m",
            1,
            2,
            RolloutPlan.PLAIN,
            "",
            null,
            "",
            "");
    PlannerEffect.Assign assign =
        new PlannerEffect.Assign("a", plan, List.of(), false, Pace.FREE, 1);
    return ((CoordinatorMessage.Assign) new Translation(connected, (_, _) -> "").message(assign))
        .assignment()
        .progressMillis();
  }

  @Test
  void theMoreAgentsThereAreTheLessOftenEachIsToReportProgress() {
    assertThat(progressMillis(0)).isZero();
    assertThat(progressMillis(1)).isZero();
    assertThat(progressMillis(400)).isEqualTo(200); // as often as agents do anyway
    assertThat(progressMillis(10_000)).isEqualTo(5_000);
  }
}
