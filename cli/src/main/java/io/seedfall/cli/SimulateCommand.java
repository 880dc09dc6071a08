package io.seedfall.cli;

import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.simulator.CheckViolation;
import io.seedfall.simulator.policy.Experiment;
import io.seedfall.simulator.policy.Outcome;
import io.seedfall.simulator.policy.Policy;
import io.seedfall.swarm.SwarmSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plan before you deploy: the production swarm on simulated machines. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Plan before you deploy: how long would it take? The production swarm runs on simulated"
          + " machines, in one thread, from one seed.",
      "Beside it, on the same network, the ways in which the file could be sent instead."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 10_000;

  private final Console console;

  @Option(
      names = "--machines",
      paramLabel = "N",
      defaultValue = "1000",
      description = "how many receive, without the source (default: ${DEFAULT-VALUE})")
  int machines;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = Converters.Bytes.class,
      defaultValue = "5GB",
      description = "size of the file (default: ${DEFAULT-VALUE})")
  long bytes;

  @Option(
      names = "--piece-size",
      paramLabel = "SIZE",
      converter = Converters.Bytes.class,
      description = "a power of two, 16KiB to 64MiB (default: what deploy would choose)")
  @Nullable Long pieceBytes;

  @Mixin TopologyOptions topology;
  @Mixin HazardOptions hazards;
  @Mixin ScenarioOptions scenarios;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      defaultValue = "grant",
      description = "how it is sent: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})",
      completionCandidates = PolicyNames.class)
  Policy policy;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "everything random follows from it (default: ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description = "so many runs, with consecutive seeds (default: ${DEFAULT-VALUE})")
  int runs;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = {
        "draw completion and uplinks over time of this and the other ways, of the first run:"
            + " FILE.svg or FILE.png"
      })
  @Nullable Path plot;

  @Option(names = "--json", description = "print one line of JSON for each run")
  boolean json;

  SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (scenarios.areGiven()) {
      return scenarios.run(console, seed, json);
    }
    if (runs < 1 || runs > RUNS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--runs: %d (expected: 1 to %d)".formatted(runs, RUNS_MAX));
    }
    Experiment experiment = experiment();
    if (plot != null) {
      SimulationPlot.requireWritable(plot);
    }
    List<SimulationReport> reports = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      SimulationReport report = run(experiment.withSeed(seed + run));
      reports.add(report);
      if (json) {
        console.json(report.json());
      }
    }
    if (!json) {
      SimulationReport.lines(reports).forEach(console::answer);
    }
    if (plot != null) {
      draw(reports.getFirst(), plot);
    }
    return ExitCode.OK;
  }

  private Experiment experiment() {
    if (machines < 1 || machines > Experiment.MACHINES_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--machines: %d (expected: 1 to %d)".formatted(machines, Experiment.MACHINES_MAX));
    }
    if (bytes < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--size: 0 (expected: at least one byte)");
    }
    long piece = pieceBytes == null ? SwarmSettings.pieceBytesFor(bytes) : pieceBytes;
    if (!PieceGeometry.isPieceSize(piece)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--piece-size: %d bytes (expected: a power of two, 16KiB to 64MiB)".formatted(piece));
    }
    if (Math.ceilDiv(bytes, piece) > PieceGeometry.PIECES_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--size: %d pieces (expected: at most %d; larger with --piece-size)"
              .formatted(Math.ceilDiv(bytes, piece), PieceGeometry.PIECES_MAX));
    }
    return new Experiment(
        machines, bytes, (int) piece, topology.topology(machines), hazards.hazards(), seed);
  }

  /** What was asked for, and every model of another way: the table has only four of them. */
  private void draw(SimulationReport first, Path file) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(first.chosen());
    for (Policy other : Policy.values()) {
      if (other != policy && other != Policy.GRANT) {
        outcomes.add(other.run(first.chosen().experiment()));
      }
    }
    new SimulationPlot(outcomes).write(file);
    if (!json) {
      console.answer("drawn to " + file);
    }
  }

  private SimulationReport run(Experiment experiment) {
    if (!json) {
      console.live(
          "simulating %d machines and %d pieces, seed %d ..."
              .formatted(experiment.machines(), experiment.pieces(), experiment.seed()));
    }
    long begin = System.nanoTime();
    try {
      Outcome chosen = policy.run(experiment);
      double wallSeconds = (System.nanoTime() - begin) / 1e9;
      List<Outcome> baselines =
          Policy.BASELINES.stream().map(baseline -> baseline.run(experiment)).toList();
      return new SimulationReport(chosen, wallSeconds, PeakMemory.bytes(), baselines);
    } catch (CheckViolation e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "seed %d: %s".formatted(experiment.seed(), String.valueOf(e.getMessage())),
          e);
    }
  }

  /** For {@code --help} and for shells. */
  static final class PolicyNames extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    PolicyNames() {
      for (Policy policy : Policy.values()) {
        add(policy.label());
      }
    }
  }
}
