package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.simulator.fleet.FleetSoak;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code simulate --fleet}. */
final class FleetRunsTest {
  private final RecordedConsole recorded = new RecordedConsole(false);

  @Test
  void soManyFleetsAreRunFromTheSeedOn() {
    assertThat(recorded.run("simulate", "--fleet", "3", "--seed", "40")).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer())
        .startsWith("seeds 40 to 42: 3 fleets, ")
        .contains("nothing broke");
  }

  @Test
  void forAProgramItIsOneObjectOnOneLine() {
    assertThat(recorded.run("simulate", "--fleet", "2", "--seed", "7", "--json"))
        .isEqualTo(ExitCode.OK);
    assertThat(recorded.answer())
        .startsWith("{\"first_seed\":7,\"seeds\":2,\"machines\":")
        .contains("\"broken_seed\":null");
  }

  @Test
  void whatIsFoundIsASeedThatCanBeRunAgain() {
    FleetSoak.Report report =
        new FleetSoak.Report(
            new FleetSoak.Count(40, 2, 7, 9, 3),
            new FleetSoak.Finding(41, "everything ends: but d1", List.of("17 m0 starts")));
    new FleetRuns(recorded.console(), false).report(report);
    assertThat(recorded.answer().lines())
        .containsExactly(
            "seeds 40 to 41: 2 fleets, 7 machines, 9 deployments, 3 coordinators killed",
            "17 m0 starts",
            "seed 41 BREAKS everything ends: but d1",
            "again with --fleet 1 --seed 41");
  }

  @Test
  void thereAreALeastAndAMost() {
    assertThat(recorded.run("simulate", "--fleet", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.run("simulate", "--fleet", "1000000001")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("--fleet: 0 (expected: 1 to 1000000000)");
  }

  @Test
  void itGoesWithNoOtherWay() {
    assertThat(recorded.run("simulate", "--fleet", "1", "--fuzz", "1")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.run("simulate", "--fleet", "1", "--runs", "2")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes())
        .contains("--fleet: does not go with --fuzz", "--runs: does not go with --fleet");
  }
}
