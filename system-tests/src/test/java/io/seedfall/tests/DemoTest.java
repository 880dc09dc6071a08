package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seedfall demo}: the main job as a new user sees it first. */
final class DemoTest {
  @Test
  void aTreeOfMixedFilesArrivesIdentical(@TempDir Path directory) throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree/nested/deeper"));
    Path top = directory.resolve("tree");
    Files.createFile(top.resolve("empty"));
    TestFiles.random(top.resolve("one-byte"), 1, 1);
    TestFiles.random(tree.resolve("exactly-16-KiB"), 16 * 1024, 2);
    TestFiles.random(top.resolve("nested/größer ☃ 大.bin"), 3_000_001, 3);
    SeedfallProcess demo =
        SeedfallProcess.start(directory, "demo", "--agents", "2", "--file", top.toString());
    assertThat(demo.awaitExit()).as(demo.both()).isZero();
    List<String> machines =
        demo.answer().stream().filter(line -> line.startsWith("agent-")).toList();
    assertThat(machines).as(demo.both()).hasSize(2).allMatch(line -> line.endsWith("yes"));
    assertThat(demo.notes())
        .as("what a demo ends is not missed by what it ends later")
        .noneMatch(line -> line.contains("away") || line.contains("does not answer"));
  }
}
