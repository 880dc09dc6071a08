package io.seedfall.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What makes the shell fish complete: a line for each command and each option, which holds where
 * that command was typed. Made of the commands.
 */
final class FishCompletion {
  private static final String PROGRAM = "seedfall";

  private final List<String> lines = new ArrayList<>();

  private FishCompletion() {}

  static String of(CommandLine program) {
    FishCompletion fish = new FishCompletion();
    fish.lines.add("# Completion of " + PROGRAM + " for fish; made by 'seedfall completion fish'.");
    fish.lines.add("complete -c " + PROGRAM + " -e");
    fish.add(program, List.of());
    return String.join("\n", fish.lines) + "\n";
  }

  private void add(CommandLine command, List<String> path) {
    Map<String, CommandLine> parts = command.getSubcommands();
    String here = condition(path, parts.keySet());
    for (Map.Entry<String, CommandLine> part : parts.entrySet()) {
      lines.add(
          "complete -c %s -f -n %s -a %s -d %s"
              .formatted(
                  PROGRAM,
                  quoted(here),
                  quoted(part.getKey()),
                  quoted(summary(part.getValue().getCommandSpec()))));
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        lines.add(line(option, here));
      }
    }
    parts.forEach((name, part) -> {
      List<String> longer = new ArrayList<>(path);
      longer.add(name);
      add(part, longer);
    });
  }

  /** All of these words were typed, and none of what could follow. */
  private static String condition(List<String> path, Set<String> parts) {
    List<String> words = new ArrayList<>();
    path.forEach(word -> words.add("__fish_seen_subcommand_from " + word));
    Set<String> further = new LinkedHashSet<>(parts);
    path.forEach(further::remove);
    if (!further.isEmpty()) {
      words.add("not __fish_seen_subcommand_from " + String.join(" ", further));
    }
    return words.isEmpty() ? "true" : String.join("; and ", words);
  }

  private static String line(OptionSpec option, String here) {
    String names =
        option.names().length == 0
            ? ""
            : List.of(option.names()).stream()
                .map(name ->
                    name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                .collect(Collectors.joining(" "));
    String value = option.arity().max() == 0 ? "" : " -r";
    return "complete -c %s -n %s %s%s -d %s"
        .formatted(
            PROGRAM, quoted(here), names, value, quoted(String.join(" ", option.description())));
  }

  private static String summary(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  /** In single quotes; on one line, without what picocli replaces. */
  private static String quoted(String text) {
    String plain = text.replace("%%", "%").replaceAll(" ?\\(default: \\$\\{[^)]*\\)", "");
    return "'" + TextTable.printable(plain).replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
