package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Single hot paths, by JMH. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    description = "Measure single hot paths with JMH: codec, Merkle trees, picker, grants.")
final class MicroCommand implements Callable<Integer> {
  private static final int ITERATIONS = 5;

  @Option(
      names = "--filter",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "only those with such a name (default: all)")
  String filter;

  @Option(names = "--quick", description = "one short iteration in this JVM: does it run at all?")
  boolean quick;

  @Override
  public Integer call() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("io\\.seedfall\\.benchmarks\\.micro\\..*" + filter)
            .warmupIterations(quick ? 0 : ITERATIONS)
            .measurementIterations(quick ? 1 : ITERATIONS)
            .warmupTime(TimeValue.seconds(2))
            .measurementTime(quick ? TimeValue.milliseconds(50) : TimeValue.seconds(2))
            .shouldFailOnError(true)
            .forks(quick ? 0 : 1);
    try {
      new Runner(options.build()).run();
      return ExitCode.OK;
    } catch (NoBenchmarksException e) {
      throw new CommandFailure(ExitCode.USAGE, "--filter: no benchmark is called so", e);
    }
  }
}
