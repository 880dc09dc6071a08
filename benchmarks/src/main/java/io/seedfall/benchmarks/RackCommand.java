package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import io.seedfall.cli.Lifetime;
import io.seedfall.cli.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The same file to the same hosts, in many ways. */
@Command(
    name = "rack",
    mixinStandardHelpOptions = true,
    description = {
      "Send one file to all hosts of a rack, in many ways, and compare.",
      "The hosts are network namespaces of this machine behind one bridge, with shaped full-duplex"
          + " links. Needs root."
    })
final class RackCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 100;
  private static final long SPARE_SECONDS = 90;

  private final Console console;

  @Mixin WorkOptions work;

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "16",
      description = "how many receive, without the source (default: ${DEFAULT-VALUE})")
  int hosts;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "100mbit",
      description = "of every link, each way (default: ${DEFAULT-VALUE})")
  LinkRate rate;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = WorkOptions.Bytes.class,
      defaultValue = "128MiB",
      description = "size of the file (default: ${DEFAULT-VALUE})")
  long bytes;

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      description = "who takes part (default: all that are installed)")
  List<String> contenders = new ArrayList<>();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "so often each, interleaved (default: ${DEFAULT-VALUE})")
  int runs;

  @Option(
      names = "--slow",
      paramLabel = "HOST:SHARE",
      description = "a host with a share of the rate, such as 2:0.5; can be repeated")
  List<SlowHost> slow = new ArrayList<>();

  @Option(names = "--chart", paramLabel = "FILE.svg", description = "draw makespans and CPU time")
  @Nullable Path chart;

  RackCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    WorkOptions.requireBetween("--hosts", hosts, 1, Rack.HOSTS_MAX - 1);
    WorkOptions.requireBetween("--runs", runs, 1, RUNS_MAX);
    WorkOptions.requireBetween("--size", bytes, 1, Long.MAX_VALUE);
    for (SlowHost one : slow) {
      WorkOptions.requireBetween("--slow", one.host(), 0, hosts);
    }
    List<ContenderKind> kinds = WorkOptions.present(console, parsed());
    try (Lifetime lifetime = Lifetime.begin(console)) {
      RackResult result = measured(lifetime, kinds);
      RackTable.lines(result).forEach(console::answer);
      work.writeJson(result);
      if (chart != null) {
        Files.write(chart, new RackChart(result).svg());
      }
      boolean good = result.runs().stream().allMatch(Measurement::isGood);
      return good ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private List<ContenderKind> parsed() {
    try {
      return ContenderKind.parse(contenders);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--contenders: " + e.getMessage(), e);
    }
  }

  private RackResult measured(Lifetime lifetime, List<ContenderKind> kinds) throws IOException {
    ScratchDirectory scratch = lifetime.add(work.scratch());
    Rack rack = lifetime.add(Rack.planned(hosts + 1));
    console.live("making a rack of %d hosts ...".formatted(hosts + 1));
    rack.build(rate.bitsPerSecond());
    ControlGroup group = lifetime.add(ControlGroup.make());
    Goodput goodput = Goodput.measure(rack, group);
    lifetime.endNow(group);
    long slowest = rate.bitsPerSecond();
    for (SlowHost one : slow) {
      long its = rate.times(one.share()).bitsPerSecond();
      rack.shape(one.host(), its);
      slowest = Math.min(slowest, its);
    }
    Payload payload = Payload.write(scratch.path(), bytes, 1);
    Trial trial = new Trial(lifetime, rack, scratch.path(), payload, slowest, limit(slowest));
    List<Measurement> measurements = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      for (ContenderKind kind : kinds) {
        console.live("run %d of %d: %s ...".formatted(run, runs, kind.label()));
        Measurement measurement = trial.run(kind.label(), kind.contender(), run);
        measurements.add(measurement);
        console.note(
            "%s, run %d: %s"
                .formatted(
                    kind.label(),
                    run,
                    measurement.isGood()
                        ? "%.2f s".formatted(measurement.makespanSeconds())
                        : "failed: " + measurement.trouble()));
      }
    }
    return RackResult.of(hosts, rate, bytes, goodput, slow, measurements);
  }

  /**
   * The worst is a source that sends to one after the other; twice that, and something to start.
   */
  private Duration limit(long slowestBitsPerSecond) {
    double oneCopySeconds = bytes * 8.0 / slowestBitsPerSecond;
    return Duration.ofSeconds(SPARE_SECONDS + (long) (2 * (hosts + 1) * oneCopySeconds));
  }
}
