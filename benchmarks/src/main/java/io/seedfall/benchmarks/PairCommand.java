package io.seedfall.benchmarks;

import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import io.seedfall.cli.Lifetime;
import io.seedfall.cli.ScratchDirectory;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One sender, one receiver, no limit but the machine. */
@Command(
    name = "pair",
    mixinStandardHelpOptions = true,
    description = {
      "Send one file from one process to one other over loopback: how fast, and for how much CPU"
          + " time.",
      "A file counts as there when it is verified and on disk. Needs root, to count CPU time."
    })
final class PairCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 100;
  private static final Duration RUN_MAX = Duration.ofMinutes(20);

  private static final List<ContenderKind> KINDS =
      List.of(
          new ContenderKind("seedfall", List.of(), "", SeedfallPublished::new),
          new ContenderKind(
              "nginx, curl, sha256sum",
              List.of("nginx", "curl", "sha256sum"),
              "nginx curl",
              () -> new Star(true)),
          ContenderKind.libtorrent("libtorrent-tuned", true));

  private static final List<ContenderKind> TREE_KINDS =
      List.of(
          new ContenderKind("seedfall", List.of(), "", SeedfallPublished::new),
          new ContenderKind(
              "tar, nc",
              List.of(TarPipe.NC, "tar", "ss"),
              "netcat-openbsd tar iproute2",
              TarPipe::new));

  private final Console console;

  @Mixin WorkOptions work;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = WorkOptions.Bytes.class,
      defaultValue = "4GiB",
      description = "size of the file, or of each of --files (default: ${DEFAULT-VALUE})")
  long bytes;

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "send a tree of so many files, beside tar and nc, when more than one (default:"
              + " ${DEFAULT-VALUE})")
  int files;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "so often each, interleaved (default: ${DEFAULT-VALUE})")
  int runs;

  PairCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    WorkOptions.requireBetween("--runs", runs, 1, RUNS_MAX);
    WorkOptions.requireBetween("--files", files, 1, Metainfo.FILES_MAX);
    WorkOptions.requireBetween("--size", bytes, 1, Long.MAX_VALUE / files);
    boolean tree = files > 1;
    List<ContenderKind> kinds = WorkOptions.present(console, tree ? TREE_KINDS : KINDS);
    try (Lifetime lifetime = Lifetime.begin(console)) {
      ScratchDirectory scratch = lifetime.add(work.scratch());
      Hosts hosts = new Loopback(2);
      ControlGroup group = lifetime.add(ControlGroup.make());
      Goodput goodput = Goodput.measure(hosts, group);
      lifetime.endNow(group);
      console.live("writing what is to be sent ...");
      Payload payload =
          tree
              ? Payload.writeTree(scratch.path(), files, bytes, 1)
              : Payload.write(scratch.path(), bytes, 1);
      Trial trial = new Trial(lifetime, hosts, scratch.path(), payload, 0, RUN_MAX);
      List<Measurement> measurements = new ArrayList<>();
      for (int run = 1; run <= runs; run++) {
        for (ContenderKind kind : kinds) {
          console.live("run %d of %d: %s ...".formatted(run, runs, kind.label()));
          Measurement measurement = trial.run(kind.label(), kind.contender(), run);
          measurements.add(measurement);
          console.note(
              measurement.isGood()
                  ? String.format(
                      Locale.ROOT, "%s: %.2f s", kind.label(), measurement.makespanSeconds())
                  : "%s: failed: %s".formatted(kind.label(), measurement.trouble()));
        }
      }
      PairResult result =
          new PairResult(
              files,
              payload.bytes(),
              goodput,
              Runtime.getRuntime().availableProcessors(),
              measurements);
      result.lines().forEach(console::answer);
      work.writeJson(result);
      return measurements.stream().allMatch(Measurement::isGood) ? ExitCode.OK : ExitCode.FAILED;
    }
  }
}
