package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A net with no fish in it proves nothing: the scenarios find every planted bug. */
final class PlantedBugsTest {
  @ParameterizedTest
  @EnumSource
  void theSuiteFindsIt(PlantedBug bug) throws ScenarioFileException {
    ScenarioFile scenario = ScenarioFile.read(ScenarioFilesTest.DIRECTORY.resolve(bug.scenario()));
    ScenarioRun run = scenario.run(1, planted -> planted.brains(bug::brain));
    assertThat(run.broken()).extracting(ScenarioRun.Breach::name).contains(bug.finder());
  }

  @ParameterizedTest
  @EnumSource
  void withoutItTheSameScenarioHolds(PlantedBug bug) throws ScenarioFileException {
    ScenarioFile scenario = ScenarioFile.read(ScenarioFilesTest.DIRECTORY.resolve(bug.scenario()));
    ScenarioRun run = scenario.run(1, planted -> planted.brains(DistortedBrain::new));
    assertThat(run.broken()).isEmpty();
  }
}
