package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's programs, each for real on a small rack. */
final class ContendersTest {
  @Test
  void everyProgramThatOthersWroteBringsTheFile(@TempDir Path directory) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int exit =
        BenchMain.run(
            new Console(print, print, false),
            "rack",
            "--hosts",
            "2",
            "--size",
            "1MiB",
            "--runs",
            "1",
            "--contenders",
            "aria2,libtorrent,libtorrent-tuned,transmission,star,uftp",
            "--directory",
            directory.toString());
    String said = out.toString(StandardCharsets.UTF_8);
    assertThat(exit).as(said).isEqualTo(ExitCode.OK);
    assertThat(said).doesNotContain("is left out").contains("all identical");
  }
}
