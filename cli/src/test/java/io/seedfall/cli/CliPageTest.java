package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** docs/cli.md is made of the commands; {@code -Drewrite} writes it anew. */
final class CliPageTest {
  /** These print for shells and people alone. */
  private static final Set<String> WITHOUT_JSON = Set.of("seedfall help");

  @Test
  void thePageShowsTheCommandsThatThereAre() throws IOException {
    Pages.same("cli.md", page());
  }

  @Test
  void everyCommandThatDoesSomethingHasJson() {
    List<String> without = new ArrayList<>();
    for (CommandLine command : all()) {
      CommandSpec spec = command.getCommandSpec();
      boolean leaf = command.getSubcommands().isEmpty();
      if (leaf && spec.findOption("--json") == null) {
        without.add(spec.qualifiedName());
      }
    }
    assertThat(without).containsExactlyInAnyOrderElementsOf(WITHOUT_JSON);
  }

  @Test
  void everyCommandAndEveryOptionIsExplained() {
    for (CommandLine command : all()) {
      CommandSpec spec = command.getCommandSpec();
      assertThat(spec.usageMessage().description()).as(spec.qualifiedName()).isNotEmpty();
      spec.args()
          .forEach(argument ->
              assertThat(argument.description())
                  .as(spec.qualifiedName() + " " + argument.paramLabel())
                  .isNotEmpty());
    }
  }

  private static List<CommandLine> all() {
    List<CommandLine> commands = new ArrayList<>();
    CommandLine program =
        SeedfallMain.commandLine(new RecordedConsole(false).console(), SeedfallMain.commandNames());
    program.getSubcommands().values().forEach(part -> add(part, commands));
    return commands;
  }

  private static void add(CommandLine command, List<CommandLine> commands) {
    commands.add(command);
    command.getSubcommands().values().forEach(part -> add(part, commands));
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Commands

            Made from the commands by `CliPageTest`; run it with `-Drewrite` after a change. `seedfall COMMAND --help` says the same,
            and so does the manual that `seedfall man DIR` writes. Options that every command has are left out: `--help`, `--version`,
            `--verbose`. Progress is one live line on a terminal, and a line a second in a pipe, when `CI` is set, and where TERM is `dumb`;
            `NO_COLOR` takes the colours away.

            | exit code | means |
            | --- | --- |
            """);
    for (Map.Entry<String, String> code : ExitCode.descriptions().entrySet()) {
      page.append("| %s | %s |%n".formatted(code.getKey().strip(), code.getValue()));
    }
    for (CommandLine command : all()) {
      CommandSpec spec = command.getCommandSpec();
      page.append(
          "%n## %s%n%n%s%n"
              .formatted(spec.qualifiedName(), ManPage.words(spec.usageMessage().description())));
      List<String> rows = new ArrayList<>();
      for (PositionalParamSpec each : spec.positionalParameters()) {
        rows.add(
            "| `%s` | %s |%n".formatted(Pages.cell(each.paramLabel()), Pages.description(each)));
      }
      for (OptionSpec each : spec.options()) {
        if (!each.usageHelp() && !each.versionHelp() && !each.inherited() && !each.hidden()) {
          rows.add(
              "| `%s` | %s |%n"
                  .formatted(Pages.cell(ManPage.names(each)), Pages.description(each)));
        }
      }
      if (!rows.isEmpty()) {
        page.append("%n| option | what |%n| --- | --- |%n".formatted());
        rows.forEach(page::append);
      }
    }
    return page.toString();
  }
}
