package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {
  private static final long PATIENCE_MINUTES = 3;

  @TempDir Path directory;

  @Test
  void deploysToTwoAgentsInOneProcessAndEnds() throws IOException, InterruptedException {
    Path stage = Files.createDirectory(directory.resolve("stage"));
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Rehearsal.class.getName(),
                stage.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      assertThat(Files.mismatch(stage.resolve("file"), stage.resolve("root1").resolve("file")))
          .isEqualTo(-1);
      assertThat(Files.mismatch(stage.resolve("file"), stage.resolve("root2").resolve("file")))
          .isEqualTo(-1);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
