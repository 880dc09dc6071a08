package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Every small benchmark runs; how fast says nothing here. */
final class MicroCommandTest {
  @Test
  void everySmallBenchmarkRuns() {
    assertThat(micro("--quick")).isEqualTo(ExitCode.OK);
  }

  @Test
  void aFilterThatFitsNothingIsRefused() {
    assertThat(micro("--filter", "NoSuchBenchmark")).isEqualTo(ExitCode.USAGE);
  }

  private static int micro(String... arguments) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    String[] all = new String[arguments.length + 1];
    all[0] = "micro";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return BenchMain.run(new Console(nowhere, nowhere, false), all);
  }
}
