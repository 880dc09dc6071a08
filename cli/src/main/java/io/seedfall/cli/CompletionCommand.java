package io.seedfall.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Print what makes a shell complete commands and options:",
      "  bash: source <(seedfall completion bash)",
      "  zsh:  source <(seedfall completion zsh)",
      "  fish: seedfall completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  /**
   * The script, for programs.
   *
   * @param shell for which
   */
  record Script(String shell, String script) {}

  private static final String PROGRAM = "seedfall";

  private final Console console;

  @Spec CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
  String shell;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandLine all = SeedfallMain.commandLine(console, SeedfallMain.commandNames());
    String script =
        switch (shell) {
          case "bash" -> AutoComplete.bash(PROGRAM, all);
          case "zsh" -> zsh(AutoComplete.bash(PROGRAM, all));
          case "fish" -> FishCompletion.of(all);
          default ->
              throw new ParameterException(
                  spec.commandLine(), shell + " (expected: bash, zsh or fish)");
        };
    if (json) {
      console.json(new Script(shell, script));
    } else {
      console.answer(script.stripTrailing());
    }
    return ExitCode.OK;
  }

  /** Zsh runs functions of bash once its completion is on. */
  private static String zsh(String bash) {
    return "autoload -U +X compinit && compinit -u\n" + bash;
  }
}
