package io.seedfall.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A page of the manual in the language of man(7), made of a command. */
final class ManPage {
  private static final String SECTION = "1";

  private final StringBuilder roff = new StringBuilder();

  private ManPage() {}

  /** The pages of a program and all its commands, by the name of the file. */
  static Map<String, String> all(CommandLine program) {
    Map<String, String> pages = new TreeMap<>();
    add(program, pages);
    return pages;
  }

  private static void add(CommandLine command, Map<String, String> pages) {
    CommandSpec spec = command.getCommandSpec();
    pages.put(title(spec) + "." + SECTION, new ManPage().write(command));
    command.getSubcommands().values().forEach(part -> add(part, pages));
  }

  /** {@code seedfall-config-check}. */
  private static String title(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  private String write(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String said = words(spec.usageMessage().description());
    roff.append(
        ".TH \"%s\" \"%s\" \"\" \"Seedfall\" \"Seedfall manual\"%n"
            .formatted(title(spec).toUpperCase(Locale.ROOT), SECTION));
    section("NAME");
    text(title(spec) + " - " + said.replaceFirst("\\.$", ""));
    section("SYNOPSIS");
    roff.append(".B ").append(escaped(spec.qualifiedName(" "))).append('\n');
    text(synopsis(command));
    section("DESCRIPTION");
    text(said);
    List<PositionalParamSpec> parameters =
        spec.positionalParameters().stream().filter(each -> !each.hidden()).toList();
    List<OptionSpec> options = spec.options().stream().filter(each -> !each.hidden()).toList();
    if (!parameters.isEmpty() || !options.isEmpty()) {
      section("OPTIONS");
      parameters.forEach(each -> item(each.paramLabel(), each));
      options.forEach(each -> item(names(each), each));
    }
    parts(command);
    exitCodes(spec);
    List<String> footer =
        Arrays.stream(spec.usageMessage().footer()).filter(line -> !line.isBlank()).toList();
    if (!footer.isEmpty()) {
      section("NOTES");
      text(String.join("\n.br\n", footer));
    }
    return roff.toString();
  }

  private static String synopsis(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    List<String> words = new ArrayList<>();
    if (!spec.options().isEmpty()) {
      words.add("[OPTIONS]");
    }
    spec.positionalParameters()
        .forEach(each ->
            words.add(each.arity().min() == 0 ? "[" + each.paramLabel() + "]" : each.paramLabel()));
    if (!command.getSubcommands().isEmpty()) {
      words.add("[COMMAND]");
    }
    return String.join(" ", words);
  }

  /** {@code -h, --help}; with what it takes behind it. */
  static String names(OptionSpec option) {
    String names =
        Stream.of(option.names())
            .map(name -> option.negatable() ? name.replaceFirst("^--", "--[no-]") : name)
            .collect(Collectors.joining(", "));
    return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
  }

  private void parts(CommandLine command) {
    if (!command.getSubcommands().isEmpty()) {
      section("COMMANDS");
      command
          .getSubcommands()
          .values()
          .forEach(part -> {
            roff.append(".TP\n.B ").append(escaped(title(part.getCommandSpec()))).append("(1)\n");
            text(words(part.getCommandSpec().usageMessage().description()));
          });
    }
  }

  private void exitCodes(CommandSpec spec) {
    Map<String, String> codes = spec.usageMessage().exitCodeList();
    if (!codes.isEmpty()) {
      section("EXIT STATUS");
      codes.forEach((code, what) -> {
        roff.append(".TP\n.B ").append(code.strip()).append('\n');
        text(what);
      });
    }
  }

  private void section(String title) {
    roff.append(".SH ").append(title).append('\n');
  }

  private void item(String head, ArgSpec argument) {
    roff.append(".TP\n.B ").append(escaped(head)).append('\n');
    text(description(argument));
  }

  /** What is said of an option or a parameter, with its default in place. */
  static String description(ArgSpec argument) {
    return words(argument.description())
        .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()));
  }

  /** The lines of a description as one. */
  static String words(String[] lines) {
    return Arrays.stream(lines)
        .map(line -> line.strip().replace("%%", "%"))
        .collect(Collectors.joining(" "));
  }

  private void text(String text) {
    text.lines()
        .forEach(line -> {
          boolean request = line.equals(".br");
          roff.append(request ? line : escaped(line)).append('\n');
        });
  }

  /** A backslash, a hyphen, and a dot or quote in the first place mean something else in roff. */
  static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
