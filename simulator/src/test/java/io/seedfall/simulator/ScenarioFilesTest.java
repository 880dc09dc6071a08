package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every file in simulator/scenarios is a test: with each of its seeds all its bounds hold. */
final class ScenarioFilesTest {
  static final Path DIRECTORY =
      Path.of(System.getProperty("seedfall.root", ".."), "simulator", "scenarios");

  static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(DIRECTORY)) {
      return all.filter(file -> file.toString().endsWith(".toml")).sorted().toList();
    }
  }

  @TestFactory
  List<DynamicTest> everyScenarioHolds() throws IOException {
    List<Path> files = files();
    assertThat(files).as("scenarios in %s", DIRECTORY).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> run(file)))
        .toList();
  }

  private static void run(Path file) throws ScenarioFileException {
    ScenarioFile scenario = ScenarioFile.read(file);
    for (long seed : scenario.seeds()) {
      assertThat(scenario.run(seed).broken())
          .as("seedfall simulate --scenario %s --seed %d", file, seed)
          .isEmpty();
    }
  }
}
