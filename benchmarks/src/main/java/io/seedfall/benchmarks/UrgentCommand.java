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
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether an urgent deployment overtakes a normal one. */
@Command(
    name = "urgent",
    mixinStandardHelpOptions = true,
    description = {
      "Deploy an urgent file to all hosts of a rack, alone and beside a normal one that runs already,"
          + " and compare.",
      "The hosts are those of bench rack. Needs root."
    })
final class UrgentCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 100;
  private static final int EARLIER_PUSHES = 4;
  private static final long SPARE_SECONDS = 120;

  /** The part of the normal one that is there when the urgent one comes. */
  private static final double NORMAL_BEGUN = 0.08;

  private final Console console;

  @Mixin WorkOptions work;

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "8",
      description = "how many receive, without the source (default: ${DEFAULT-VALUE})")
  int hosts;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "100mbit",
      description = "of every link, each way (default: ${DEFAULT-VALUE})")
  LinkRate rate;

  @Option(
      names = "--tell-rate",
      description = "tell the agents the rate of their links (default: they have to find out)")
  boolean tellRate;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = WorkOptions.Bytes.class,
      defaultValue = "64MiB",
      description = "size of the urgent file (default: ${DEFAULT-VALUE})")
  long urgentBytes;

  @Option(
      names = "--normal-size",
      paramLabel = "SIZE",
      converter = WorkOptions.Bytes.class,
      defaultValue = "256MiB",
      description = "size of the normal file (default: ${DEFAULT-VALUE})")
  long normalBytes;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "so often each, interleaved (default: ${DEFAULT-VALUE})")
  int runs;

  UrgentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    WorkOptions.requireBetween("--hosts", hosts, 1, Rack.HOSTS_MAX - 1);
    WorkOptions.requireBetween("--runs", runs, 1, RUNS_MAX);
    WorkOptions.requireBetween("--size", urgentBytes, 1, Long.MAX_VALUE);
    WorkOptions.requireBetween("--normal-size", normalBytes, 1, Long.MAX_VALUE);
    try (Lifetime lifetime = Lifetime.begin(console)) {
      UrgentResult result = measured(lifetime);
      result.text().forEach(console::answer);
      work.writeJson(result);
      return result.isGood() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private UrgentResult measured(Lifetime lifetime) throws IOException {
    ScratchDirectory scratch = lifetime.add(work.scratch());
    Rack rack = lifetime.add(Rack.planned(hosts + 1));
    console.live("making a rack of %d hosts ...".formatted(hosts + 1));
    rack.build(rate.bitsPerSecond());
    ControlGroup group = lifetime.add(ControlGroup.make());
    Goodput goodput = Goodput.measure(rack, group);
    ControlGroup unpaid = lifetime.add(ControlGroup.make());
    Path directory = Files.createDirectory(scratch.path().resolve("r")); // short: local sockets
    Payload first = Payload.write(scratch.path(), 1, 1);
    Stage stage = new Stage(rack, group, unpaid, directory, first, rate.bitsPerSecond());
    Fleet fleet = Fleet.start(stage, tellRate ? rate.bitsPerSecond() : 0);
    for (int push = 1; push <= EARLIER_PUSHES; push++) {
      console.live("warming up, %d of %d ...".formatted(push, EARLIER_PUSHES));
      File earlier = publish(stage, fleet, "earlier-" + push, "normal.bin", urgentBytes, push);
      awaitEnd(earlier, deploy(stage, fleet, earlier, "normal"));
    }
    List<UrgentResult.Run> done = new ArrayList<>();
    for (int number = 1; number <= runs; number++) {
      UrgentResult.Run run = run(stage, fleet, number);
      done.add(run);
      console.note(
          String.format(
              Locale.ROOT,
              "run %d: urgent alone %.2f s, beside %.2f s",
              number,
              run.aloneSeconds(),
              run.besideSeconds()));
    }
    return UrgentResult.of(hosts, rate, tellRate, urgentBytes, normalBytes, goodput, done);
  }

  /** What is deployed: each time other bytes, so that nothing of it is on the hosts before. */
  private record File(String artifact, String path, Payload payload) {}

  /** A deployment that is over, in the coordinator's time. */
  private record Span(long createdMillis, long finishedMillis) {
    double seconds() {
      return (finishedMillis - createdMillis) / 1e3;
    }
  }

  private UrgentResult.Run run(Stage stage, Fleet fleet, int number) throws IOException {
    console.live("run %d of %d: alone ...".formatted(number, runs));
    int seed = 1000 * number;
    File one = publish(stage, fleet, "alone-" + number, "urgent.bin", urgentBytes, seed);
    Span alone = awaitEnd(one, deploy(stage, fleet, one, "urgent"));
    requireCopies(stage, one);
    console.live("run %d of %d: beside ...".formatted(number, runs));
    File normal = publish(stage, fleet, "normal-" + number, "normal.bin", normalBytes, seed + 1);
    File urgent = publish(stage, fleet, "beside-" + number, "urgent.bin", urgentBytes, seed + 2);
    Started under = deploy(stage, fleet, normal, "normal");
    awaitBegun(normal, under);
    Span beside = awaitEnd(urgent, deploy(stage, fleet, urgent, "urgent"));
    Span normally = awaitEnd(normal, under);
    requireCopies(stage, urgent);
    requireCopies(stage, normal);
    return new UrgentResult.Run(
        number,
        alone.seconds(),
        beside.seconds(),
        normally.seconds(),
        (beside.createdMillis() - normally.createdMillis()) / 1e3);
  }

  private static File publish(
      Stage stage, Fleet fleet, String artifact, String path, long bytes, long seed)
      throws IOException {
    Path directory = Files.createDirectory(stage.path("file-" + artifact));
    Payload payload = Payload.write(directory, bytes, seed);
    fleet.publish(stage, payload.file(), artifact);
    return new File(artifact, path, payload);
  }

  private static Started deploy(Stage stage, Fleet fleet, File file, String priority)
      throws IOException {
    return fleet.deploy(stage, file.artifact(), file.path(), priority);
  }

  private void awaitBegun(File file, Started deploy) {
    DeployLines.awaitBytes(
        deploy, (long) (NORMAL_BEGUN * hosts * file.payload().bytes()), limit(file));
  }

  private Span awaitEnd(File file, Started deploy) {
    DeployLines.End end = DeployLines.awaitEnd(deploy, limit(file));
    return new Span(end.createdMillis(), end.finishedMillis());
  }

  /** Both of them one after the other, from a source that sends to one host after the other. */
  private Duration limit(File file) {
    double seconds = (urgentBytes + file.payload().bytes()) * 8.0 / rate.bitsPerSecond();
    return Duration.ofSeconds(SPARE_SECONDS + (long) ((hosts + 1) * seconds));
  }

  private void requireCopies(Stage stage, File file) throws IOException {
    for (int host = 1; host <= hosts; host++) {
      Path copy = Fleet.root(stage, host).resolve(file.path());
      if (!file.payload().isIn(copy)) {
        throw new CommandFailure(ExitCode.FAILED, copy + " has other content");
      }
    }
    Files.delete(file.payload().file());
  }
}
