package io.seedfall.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Looks at the settings of coordinator and agent without starting either. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Check files of settings, and show which settings hold and where they come from.")
final class ConfigCommand implements Runnable {
  /** The commands that have settings. */
  static final List<String> DAEMONS = List.of("coordinator", "agent");

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "check or show?");
  }

  /** The daemon with all its options, alone. */
  private static CommandLine daemon(Console console, String name) {
    return SeedfallMain.commandLine(console, List.of(name));
  }

  private static CommandSpec spec(CommandLine line, String name) {
    return Objects.requireNonNull(line.getSubcommands().get(name), name).getCommandSpec();
  }

  /** {@code seedfall config check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Say what is wrong with a file of settings: keys, values, and how they fit.")
  static final class Check implements Callable<Integer> {
    /**
     * What is said of one file.
     *
     * @param file which
     * @param daemon whose settings it has
     * @param fine whether nothing is wrong
     * @param problems one line each
     */
    record Verdict(String file, String daemon, boolean fine, List<String> problems) {}

    private final Console console;
    private final Origins origins;

    @Spec CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description =
            "default: /etc/seedfall/coordinator.toml and agent.toml, those that are there")
    @Nullable Path file;

    @Option(
        names = "--for",
        paramLabel = "DAEMON",
        description = "whose settings: coordinator or agent (default: what the file's name says)")
    @Nullable String daemon;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    Check(Console console, Origins origins) {
      this.console = console;
      this.origins = origins;
    }

    @Override
    public Integer call() throws IOException {
      List<Verdict> verdicts = new ArrayList<>();
      if (file != null) {
        verdicts.add(verdict(file, daemon == null ? named(file) : known(daemon)));
      } else {
        for (String each : daemon == null ? DAEMONS : List.of(known(daemon))) {
          if (Files.exists(origins.usualFile(each))) {
            verdicts.add(verdict(origins.usualFile(each), each));
          }
        }
      }
      if (verdicts.isEmpty()) {
        throw new CommandFailure(
            ExitCode.LOCAL,
            "nothing to check: %s has no coordinator.toml and no agent.toml; name a file"
                .formatted(origins.directory()));
      }
      if (json) {
        console.json(verdicts);
      } else {
        verdicts.forEach(this::print);
      }
      return verdicts.stream().allMatch(Verdict::fine) ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(Verdict verdict) {
      if (verdict.fine()) {
        console.answer("%s: fine, settings of %s".formatted(verdict.file(), verdict.daemon()));
      }
      verdict.problems().forEach(problem -> console.answer(verdict.file() + ": " + problem));
    }

    private String known(String name) {
      if (!DAEMONS.contains(name)) {
        throw new ParameterException(
            spec.commandLine(), "--for %s (expected: coordinator or agent)".formatted(name));
      }
      return name;
    }

    private String named(Path path) {
      List<String> in =
          DAEMONS.stream()
              .filter(each -> String.valueOf(path.getFileName()).contains(each))
              .toList();
      if (in.size() != 1) {
        throw new ParameterException(
            spec.commandLine(),
            path + ": its name does not say whose settings it has: say --for coordinator or agent");
      }
      return in.getFirst();
    }

    private Verdict verdict(Path path, String name) {
      CommandLine line = daemon(console, name);
      SettingsFile read;
      try {
        read = SettingsFile.read(path, Setting.of(ConfigCommand.spec(line, name)));
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.LOCAL, "cannot read " + path + ": " + LocalTrouble.words(e), e);
      }
      List<String> problems = new ArrayList<>(read.problems());
      read.values()
          .forEach((key, text) -> refusal(name, Map.of(key, text), false).forEach(problems::add));
      if (problems.isEmpty()) {
        refusal(name, read.values(), true).forEach(problems::add);
      }
      return new Verdict(path.toString(), name, problems.isEmpty(), problems);
    }

    /** Why a daemon would refuse that; {@code whole}: also when values do not fit together. */
    private Stream<String> refusal(String name, Map<String, String> values, boolean whole) {
      CommandLine line = daemon(console, name);
      Map<String, Configuration.Value> given = new HashMap<>();
      values.forEach((key, text) -> given.put(key, new Configuration.Value(text, key)));
      ConfigCommand.spec(line, name).defaultValueProvider(new Configuration(given));
      try {
        line.parseArgs(name);
        if (whole) {
          ((Daemon) ConfigCommand.spec(line, name).userObject()).requireSound();
        }
        return Stream.empty();
      } catch (ParameterException | CommandFailure e) {
        return Stream.of(SeedfallMain.oneLine(String.valueOf(e.getMessage())));
      }
    }
  }

  /** {@code seedfall config show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "Show the settings that a daemon would have here, and where each comes from. What stands",
        "behind '--' is taken as flags: seedfall config show agent -- --config FILE --name a1"
      })
  static final class Show implements Callable<Integer> {
    private static final String NOTHING = "-";

    /**
     * One setting.
     *
     * @param key its name
     * @param value in the form of the file; "-" for none
     * @param from a flag, a variable, a file, or "default"
     */
    record Line(String key, String value, String from) {}

    private final Console console;
    private final Origins origins;

    @Spec CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DAEMON", description = "coordinator or agent")
    String daemon;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "FLAG", description = "of the daemon")
    List<String> flags = new ArrayList<>();

    @Option(names = "--json", description = "print JSON")
    boolean json;

    Show(Console console, Origins origins) {
      this.console = console;
      this.origins = origins;
    }

    @Override
    public Integer call() {
      if (!DAEMONS.contains(daemon)) {
        throw new ParameterException(
            spec.commandLine(), daemon + " (expected: coordinator or agent)");
      }
      CommandLine line = daemon(console, daemon);
      String[] arguments = Stream.concat(Stream.of(daemon), flags.stream()).toArray(String[]::new);
      Configuration.attach(line, origins, arguments);
      CommandSpec settled = ConfigCommand.spec(line, daemon);
      ParseResult parsed = line.parseArgs(arguments).subcommand();
      List<Line> lines =
          Setting.of(settled).stream().map(setting -> line(setting, parsed, settled)).toList();
      if (json) {
        console.json(lines);
        return ExitCode.OK;
      }
      TextTable table = new TextTable("SETTING", "VALUE", "FROM");
      lines.forEach(each -> table.row(each.key(), each.value(), each.from()));
      console.table(table);
      return ExitCode.OK;
    }

    private static Line line(Setting setting, ParseResult parsed, CommandSpec settled) {
      OptionSpec option = setting.option();
      if (parsed.hasMatchedOption(option)) {
        String text =
            setting.isSwitch()
                ? String.valueOf(option.<Object>getValue())
                : String.join(Setting.BETWEEN, option.originalStringValues());
        return new Line(setting.key(), setting.shown(text), option.longestName());
      }
      Configuration.Value value =
          settled.defaultValueProvider() instanceof Configuration read
              ? read.value(setting.key())
              : null;
      if (value != null) {
        return new Line(setting.key(), setting.shown(value.text()), value.from());
      }
      String usual = setting.isSwitch() ? "false" : option.defaultValue();
      return new Line(setting.key(), usual == null ? NOTHING : usual, "default");
    }
  }
}
