package io.seedfall.cli;

import ch.qos.logback.classic.Level;
import io.seedfall.control.ControlException;
import io.seedfall.control.Problem;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The program {@code seedfall}. Builds the command that was named, runs it, and turns every failure
 * into one line on standard error and an exit code ({@link ExitCode}).
 */
public final class SeedfallMain {
  private static final String HELP = "help";

  private static final List<String> COMMANDS =
      List.of(
          "coordinator",
          "agent",
          "token",
          "user",
          "audit",
          "publish",
          "deploy",
          "status",
          "top",
          "agents",
          "artifacts",
          "artifact",
          "key",
          "root",
          "deployments",
          "cancel",
          "activate",
          "rollback",
          "pause",
          "resume",
          "pace",
          "cap",
          "history",
          "explain",
          "seed",
          "get",
          "torrent",
          "demo",
          "simulate",
          "config",
          "doctor",
          "completion",
          "man",
          HELP);

  private SeedfallMain() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Console.ofProcess(), arguments));
  }

  /** Runs one command and gives its exit code. */
  static int run(Console console, String... arguments) {
    return run(console, Origins.ofProcess(), arguments);
  }

  /** The same with settings from there. */
  static int run(Console console, Origins origins, String... arguments) {
    RootCommand root = new RootCommand();
    CommandLine line = wired(console, needed(arguments), origins, root);
    try {
      Configuration.attach(line, origins, arguments);
    } catch (CommandFailure e) {
      return failure(console, root, e);
    }
    return line.execute(arguments);
  }

  /** The names of all commands, in the order of {@code --help}. */
  static List<String> commandNames() {
    return COMMANDS;
  }

  /**
   * The commands that a command line needs: the one that it names, or all when it names none of
   * them, so that help and mistakes see all. Every process of ours that starts pays for what is
   * built here, and each command costs its reading by reflection.
   */
  static List<String> needed(String... arguments) {
    for (String argument : arguments) {
      boolean verbose = argument.equals("-v") || argument.equals("--verbose");
      if (!verbose) {
        boolean alone = COMMANDS.contains(argument) && !argument.equals(HELP);
        return alone ? List.of(argument) : COMMANDS;
      }
    }
    return COMMANDS;
  }

  private static Object command(String name, Console console, Origins origins) {
    return switch (name) {
      case "coordinator" -> new CoordinatorCommand(console);
      case "agent" -> new AgentCommand(console);
      case "token" -> new TokenCommand(console);
      case "user" -> new UserCommand(console);
      case "audit" -> new AuditCommand(console);
      case "publish" -> new PublishCommand(console);
      case "deploy" -> new DeployCommand(console);
      case "status" -> new StatusCommand(console);
      case "top" -> new TopCommand(console);
      case "agents" -> new AgentsCommand(console);
      case "artifacts" -> new ArtifactsCommand(console);
      case "artifact" -> new ArtifactCommand(console);
      case "key" -> new KeyCommand(console);
      case "root" -> new TrustRootCommand(console);
      case "deployments" -> new DeploymentsCommand(console);
      case "cancel" -> new CancelCommand(console);
      case "activate" -> new ActivateCommand(console);
      case "rollback" -> new RollbackCommand(console);
      case "pause" -> new PauseCommand(console);
      case "resume" -> new ResumeCommand(console);
      case "pace" -> new PaceCommand(console);
      case "cap" -> new CapCommand(console);
      case "history" -> new HistoryCommand(console);
      case "explain" -> new ExplainCommand(console);
      case "seed" -> new SeedCommand(console);
      case "get" -> new GetCommand(console);
      case "torrent" -> new TorrentCommand(console);
      case "demo" -> new DemoCommand(console);
      case "simulate" -> new SimulateCommand(console);
      case "config" -> new ConfigCommand();
      case "doctor" -> new DoctorCommand(console, origins);
      case "completion" -> new CompletionCommand(console);
      case "man" -> new ManCommand(console);
      case HELP -> new CommandLine.HelpCommand();
      default -> throw new IllegalStateException("no command " + name);
    };
  }

  /** What stands behind a command's name for its other half: {@code coordinator init}. */
  private static void addParts(String name, CommandLine command, Console console, Origins origins) {
    switch (name) {
      case "coordinator" -> command.addSubcommand(new CoordinatorInitCommand(console));
      case "agent" -> command.addSubcommand(new AgentRevokeCommand(console));
      case "config" ->
          command
              .addSubcommand(new ConfigCommand.Check(console, origins))
              .addSubcommand(new ConfigCommand.Show(console, origins));
      default -> {
        // the others have what their classes say
      }
    }
  }

  /** The program with these commands, wired. */
  static CommandLine commandLine(Console console, List<String> commands) {
    return wired(console, commands, Origins.ofProcess(), new RootCommand());
  }

  private static CommandLine wired(
      Console console, List<String> commands, Origins origins, RootCommand root) {
    CommandLine line = new CommandLine(root);
    for (String command : commands) {
      line.addSubcommand(command(command, console, origins));
    }
    line.getSubcommands().forEach((name, command) -> addParts(name, command, console, origins));
    Converters.register(line);
    line.setOut(console.answers());
    line.setErr(console.notes());
    line.setParameterExceptionHandler((e, _) -> usageMistake(console, e));
    line.setExecutionExceptionHandler((e, _, _) -> failure(console, root, e));
    line.setExecutionStrategy(parsed -> {
      LogSetup.level(logLevel(root, parsed));
      return new CommandLine.RunLast().execute(parsed);
    });
    describeExitCodes(line);
    return line;
  }

  /** Daemons tell what they do; commands that people type are quiet. */
  private static Level logLevel(RootCommand root, ParseResult parsed) {
    if (RootCommand.debug()) {
      return Level.DEBUG;
    }
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    boolean daemon = last.commandSpec().userObject() instanceof Daemon;
    return root.verbose || daemon ? Level.INFO : Level.WARN;
  }

  private static void describeExitCodes(CommandLine line) {
    for (CommandLine command : line.getSubcommands().values()) {
      command
          .getCommandSpec()
          .usageMessage()
          .exitCodeListHeading("%nExit codes:%n")
          .exitCodeList(ExitCode.descriptions());
      describeExitCodes(command);
    }
  }

  private static int usageMistake(Console console, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    console.note(
        "seedfall: %s (%s --help shows how)"
            .formatted(oneLine(e) + Configuration.whence(e), command));
    return ExitCode.USAGE;
  }

  private static int failure(Console console, RootCommand root, Exception e) {
    int exitCode =
        switch (e) {
          case CommandFailure failure -> failure.exitCode();
          case ControlException refused when refused.code().equals(Problem.UNREACHABLE) ->
              ExitCode.UNREACHABLE;
          case ControlException _ -> ExitCode.REFUSED;
          case InterruptedException _ -> ExitCode.FAILED;
          default -> ExitCode.BUG;
        };
    String hint =
        switch (exitCode) {
          case ExitCode.UNREACHABLE -> "; start it, or name another with --coordinator";
          case ExitCode.BUG -> " (a bug in Seedfall; SEEDFALL_DEBUG=1 shows where)";
          default -> "";
        };
    String what = exitCode == ExitCode.BUG ? e.getClass().getSimpleName() + ": " : "";
    console.note("seedfall: " + what + oneLine(e) + hint);
    if (root.traces()) {
      PrintWriter trace = console.notes();
      e.printStackTrace(trace);
      trace.flush();
    }
    return exitCode;
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage();
    return message == null ? "no reason given" : oneLine(message);
  }

  /**
   * Without what picocli says of values that can be repeated, and shows as a regular expression.
   */
  static String oneLine(String message) {
    return TextTable.printable(message.replaceAll("\\[\n[^]]*]\\.\\.\\.", "").strip());
  }
}
