package io.seedfall.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the manual, one page a command. */
@Command(
    name = "man",
    mixinStandardHelpOptions = true,
    description = {
      "Write the manual into a directory, one page for each command: man -l DIR/seedfall.1, or",
      "DIR=/usr/local/share/man/man1 for everybody"
    })
final class ManCommand implements Callable<Integer> {
  /**
   * What was written, for programs.
   *
   * @param pages the files
   */
  record Written(List<String> pages) {}

  private final Console console;

  @Parameters(paramLabel = "DIR", description = "made when absent; older pages are replaced")
  Path directory;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  ManCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandLine all = SeedfallMain.commandLine(console, SeedfallMain.commandNames());
    Map<String, String> pages = ManPage.all(all);
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, String> page : pages.entrySet()) {
        Files.writeString(
            directory.resolve(page.getKey()), page.getValue(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL,
          "cannot write the manual to " + directory + ": " + LocalTrouble.words(e),
          e);
    }
    if (json) {
      console.json(new Written(List.copyOf(pages.keySet())));
    } else {
      console.answer("%d pages in %s".formatted(pages.size(), directory));
    }
    return ExitCode.OK;
  }
}
