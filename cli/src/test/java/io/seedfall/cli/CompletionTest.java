package io.seedfall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion, asked of the shells themselves. */
final class CompletionTest {
  @TempDir private Path directory;

  @Test
  void bashCompletesCommandsTheirPartsAndOptions() throws Exception {
    Path script = script("bash");
    assertThat(bash(script, "seedfall", "dep")).containsExactlyInAnyOrder("deploy", "deployments");
    assertThat(bash(script, "seedfall", "config", "")).contains("check", "show");
    assertThat(bash(script, "seedfall", "agent", "--keep-"))
        .containsExactlyInAnyOrder("--keep-versions", "--keep-days", "--keep-free");
    assertThat(bash(script, "seedfall", "status", "--j")).containsExactly("--json");
  }

  private List<String> bash(Path script, String... words) throws Exception {
    String line = String.join(" ", words);
    return shell(
        "bash",
        "--norc",
        "-c",
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d; _complete_seedfall 2>/dev/null; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(
                script,
                words[words.length - 1].isEmpty() ? line + "''" : line,
                words.length - 1,
                line,
                line.length()));
  }

  @Test
  void zshTakesItAndKnowsWhoCompletes() throws Exception {
    Path script = script("zsh");
    assertThat(
            shell(
                "zsh",
                "-f",
                "-c",
                "source '%s'; print ${_comps[seedfall]}; functions _complete_seedfall | head -1"
                    .formatted(script)))
        .anyMatch(line -> line.contains("_complete_seedfall"));
  }

  @Test
  void fishCompletesCommandsTheirPartsAndOptions() throws Exception {
    Path script = script("fish");
    assertThat(fish(script, "seedfall dep")).anyMatch(line -> line.startsWith("deploy\t"));
    assertThat(fish(script, "seedfall config ")).anyMatch(line -> line.startsWith("check\t"));
    assertThat(fish(script, "seedfall agent --keep-"))
        .anyMatch(line -> line.startsWith("--keep-days"))
        .allMatch(line -> line.startsWith("--keep-"));
    assertThat(fish(script, "seedfall status --")).noneMatch(line -> line.startsWith("--keep-"));
  }

  private List<String> fish(Path script, String line) throws Exception {
    return shell(
        "fish", "--no-config", "-c", "source '%s'; complete -C '%s'".formatted(script, line));
  }

  @Test
  void anotherShellIsRefusedWithThoseThatThereAre() {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run("completion", "csh")).isEqualTo(ExitCode.USAGE);
    assertThat(recorded.notes()).contains("bash, zsh or fish");
  }

  private Path script(String shell) throws IOException {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run("completion", shell)).isEqualTo(ExitCode.OK);
    return Files.writeString(directory.resolve(shell), recorded.answer());
  }

  private List<String> shell(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", directory.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines;
    try (var output = process.getInputStream()) {
      lines = new String(output.readAllBytes(), UTF_8).lines().toList();
    }
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    return lines;
  }
}
