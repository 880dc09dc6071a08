package io.seedfall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the manual, read by the programs that show them. */
final class ManualTest {
  @TempDir private Path directory;

  @Test
  void everyCommandHasAPageWithWhichGroffAndMandocHaveNoTrouble() throws Exception {
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(recorded.run("man", directory.resolve("man1").toString())).isEqualTo(ExitCode.OK);
    List<String> pages = new ArrayList<>();
    try (Stream<Path> written = Files.list(directory.resolve("man1"))) {
      written.map(Path::toString).sorted().forEach(pages::add);
    }
    assertThat(pages)
        .anyMatch(page -> page.endsWith("/seedfall.1"))
        .anyMatch(page -> page.endsWith("/seedfall-config-check.1"))
        .anyMatch(page -> page.endsWith("/seedfall-agent.1"));
    assertThat(pages.size()).isGreaterThan(SeedfallMain.commandNames().size());
    List<String> lint = new ArrayList<>(List.of("mandoc", "-Tlint", "-Wwarning"));
    lint.addAll(pages);
    // A date would make the pages of two builds differ.
    assertThat(said(lint).lines().filter(line -> !line.contains("missing date"))).isEmpty();
    List<String> groff = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
    groff.addAll(pages);
    assertThat(output(groff)).isEmpty();
  }

  @Test
  void aPageSaysWhatHelpSays() throws Exception {
    assertThat(new RecordedConsole(false).run("man", directory.toString())).isEqualTo(ExitCode.OK);
    String page =
        output(List.of("mandoc", "-Tascii", directory.resolve("seedfall-agent.1").toString()))
            .replaceAll(".\b", "")
            .replaceAll("\\s+", " ");
    assertThat(page)
        .contains("seedfall-agent", "--keep-versions=N", "(default: 2)", "50GB, 10%")
        .contains("EXIT STATUS", "seedfall-agent-revoke(1)")
        .doesNotContain("${", "%%");
  }

  @Test
  void whatMeansSomethingElseInRoffIsEscaped() {
    assertThat(ManPage.escaped(".TH a-b \\n")).isEqualTo("\\&.TH a\\-b \\en");
    assertThat(ManPage.escaped("'x'")).isEqualTo("\\&'x'");
  }

  private static String output(List<String> command) throws Exception {
    Process process = started(command);
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static String said(List<String> command) throws Exception {
    return new String(started(command).getInputStream().readAllBytes(), UTF_8);
  }

  private static Process started(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return process;
  }
}
