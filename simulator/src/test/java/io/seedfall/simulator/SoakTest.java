package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Drawn scenarios, and how one that breaks something becomes small. */
final class SoakTest {
  private static final String BREAKS =
      """
      title = "the source dies at once, and much else happens"
      [topology]
      receivers = 6
      link = "100Mbit"
      latency = "100us"
      jitter = "50us"
      racks = 2
      rack_link = "100Mbit"
      coordinator = "present"
      [workload]
      size = "1MiB"
      piece_size = "64KiB"
      [[extras]]
      role = "liar"
      count = 2
      [[machines]]
      numbers = [3]
      disk = "5MB/s"
      [[faults]]
      at = "10ms"
      do = "cut"
      machine = 1
      other = 2
      [[faults]]
      at = "5ms"
      do = "kill"
      machine = 0
      [[faults]]
      when = { machine = 5, pieces = 1 }
      do = "partition"
      machines = [2, 7]
      lasts = "1s"
      [bounds]
      limit = "10s"
      """;

  @Test
  void theSameSeedDrawsTheSameScenario() {
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(ScenarioDraw.draw(seed)).isEqualTo(ScenarioDraw.draw(seed));
    }
    assertThat(ScenarioDraw.draw(1)).isNotEqualTo(ScenarioDraw.draw(2));
  }

  @Test
  void aSoakGoesOnUntilTimeIsUpAndCounts() {
    List<Soak.Count> heard = new ArrayList<>();
    Soak.Report report = Soak.run(5, () -> heard.size() >= 10, () -> true, heard::add);
    assertThat(report.finding()).isNull();
    assertThat(report.count().seeds()).isEqualTo(10);
    assertThat(report.count().firstSeed()).isEqualTo(5);
    long machines = 0;
    for (long seed = 5; seed < 15; seed++) {
      machines += ScenarioDraw.draw(seed).machineCount();
    }
    assertThat(report.count().machines()).isEqualTo(machines);
    assertThat(heard).hasSize(10);
  }

  /** The canary: a soak that finds nothing even here would be broken itself. */
  @Test
  void aPlantedBugEndsTheSoakAndComesBackSmall() throws ScenarioFileException {
    PlantedBug bug = PlantedBug.INNOCENT_BANNED;
    UnaryOperator<Scenario> planted = scenario -> scenario.brains(bug::brain);
    Soak.Report report = Soak.run(1, () -> false, () -> false, _ -> {}, planted);
    Soak.Finding finding = Objects.requireNonNull(report.finding());
    assertThat(finding.breach().name()).isEqualTo(bug.finder());
    assertThat(finding.seed()).isEqualTo(report.count().seeds());
    assertThat(finding.drawn()).isEqualTo(ScenarioDraw.draw(finding.seed()));
    ScenarioFile small = ScenarioFile.parse("small", finding.shrunk().toml());
    assertThat(small.machineCount()).isLessThanOrEqualTo(4);
    assertThat(small.extras()).hasSize(1);
    assertThat(small.faults()).hasSize(1);
    assertThat(small.run(finding.seed(), planted).broken())
        .extracting(ScenarioRun.Breach::name)
        .containsExactly(bug.finder());
    assertThat(small.run(finding.seed()).broken()).isEmpty();
  }

  @Test
  void whatBreaksIsMadeSmallAndBreaksTheSame() throws ScenarioFileException {
    ScenarioFile small =
        ScenarioShrinker.shrink(
            ScenarioFile.parse("f", BREAKS),
            1,
            UnaryOperator.identity(),
            Ending.EVERYONE_FINISHES,
            () -> false);
    assertThat(small.topology().receivers()).isEqualTo(1);
    assertThat(small.topology().racks()).isZero();
    assertThat(small.topology().jitterNanos()).isZero();
    assertThat(small.extras()).isEmpty();
    assertThat(small.machines()).isEmpty();
    assertThat(small.faults()).hasSize(1);
    assertThat(small.faults().getFirst().fault()).isEqualTo(new Fault.Kill(0));
    assertThat(ScenarioFile.parse("again", small.toml()).run(1).broken())
        .extracting(ScenarioRun.Breach::name)
        .containsExactly(Ending.EVERYONE_FINISHES);
  }

  @Test
  void withoutTimeToShrinkTheScenarioStaysAsItIs() throws ScenarioFileException {
    ScenarioFile file = ScenarioFile.parse("f", BREAKS);
    assertThat(
            ScenarioShrinker.shrink(
                file, 1, UnaryOperator.identity(), Ending.EVERYONE_FINISHES, () -> true))
        .isEqualTo(file);
  }

  @Test
  void machinesBehindOneThatGoesMoveUp() throws ScenarioFileException {
    ScenarioFile file = ScenarioFile.parse("f", BREAKS);
    ScenarioFile cut = Objects.requireNonNull(ScenarioCut.withoutMachine(file, 1));
    assertThat(cut.topology().receivers()).isEqualTo(5);
    assertThat(cut.machines().getFirst().numbers()).containsExactly(2);
    assertThat(cut.faults())
        .containsExactly(
            new Scenario.Order(new Trigger.At(5_000_000), new Fault.Kill(0)),
            new Scenario.Order(
                new Trigger.PiecesVerified(4, 1),
                new Fault.Partition(List.of(1, 6), Fault.Direction.BOTH, 1_000_000_000L)));
    ScenarioFile withoutLiar = Objects.requireNonNull(ScenarioCut.withoutMachine(file, 8));
    assertThat(withoutLiar.extras().getFirst().count()).isEqualTo(1);
  }
}
