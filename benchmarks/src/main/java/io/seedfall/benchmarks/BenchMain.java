package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The program behind {@code ./seedfall bench}. */
@Command(
    name = "seedfall bench",
    mixinStandardHelpOptions = true,
    description = "Measures Seedfall beside other programs, on this machine (docs/benchmarks.md).")
public final class BenchMain implements Runnable {
  @Spec CommandSpec spec;

  private BenchMain() {}

  /** Runs one benchmark and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Console.ofProcess(), arguments));
  }

  /** Runs one benchmark and gives its exit code. */
  static int run(Console console, String... arguments) {
    CommandLine line = new CommandLine(new BenchMain());
    line.addSubcommand(new RackCommand(console));
    line.addSubcommand(new PairCommand(console));
    line.addSubcommand(new UrgentCommand(console));
    line.addSubcommand(new SoakCommand(console));
    line.addSubcommand(new StartCommand(console));
    line.addSubcommand(new ControlCommand(console));
    line.addSubcommand(new MicroCommand());
    line.registerConverter(LinkRate.class, refusing(LinkRate::parse));
    line.registerConverter(SlowHost.class, refusing(SlowHost::parse));
    line.setOut(console.answers());
    line.setErr(console.notes());
    line.setParameterExceptionHandler((e, _) -> {
      console.note("seedfall bench: " + e.getMessage());
      return ExitCode.USAGE;
    });
    line.setExecutionExceptionHandler((e, _, _) -> failure(console, e));
    return line.execute(arguments);
  }

  private static int failure(Console console, Exception e) {
    if (e instanceof CommandFailure known) {
      console.note("seedfall bench: " + known.getMessage());
      return known.exitCode();
    }
    e.printStackTrace(console.notes());
    return ExitCode.BUG;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which benchmark? See seedfall bench --help");
  }

  /** A converter whose reader says itself what it expected. */
  private static <T> ITypeConverter<T> refusing(Function<String, T> reader) {
    return text -> {
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }
}
