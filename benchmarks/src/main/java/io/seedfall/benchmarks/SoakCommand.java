package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import io.seedfall.cli.Lifetime;
import io.seedfall.cli.Quantity;
import io.seedfall.cli.ScratchDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Push after push to the same agents: does anything grow? */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = {
      "Push version after version to the same agents over loopback, half of the content new each"
          + " time.",
      "Time, memory, threads, descriptors and disk use must stay as they are. Needs root, to end"
          + " all that it starts."
    })
final class SoakCommand implements Callable<Integer> {
  private static final int PUSHES_MAX = 100_000;
  private static final int AGENTS_MAX = 100;
  private static final int DIRECTORY_DEPTH_MAX = 64;

  private final Console console;

  @Mixin WorkOptions work;

  @Option(
      names = "--pushes",
      paramLabel = "N",
      defaultValue = "200",
      description = "how many versions (default: ${DEFAULT-VALUE})")
  int pushes;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "3",
      description = "how many receive (default: ${DEFAULT-VALUE})")
  int agents;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = WorkOptions.Bytes.class,
      defaultValue = "64MiB",
      description = "size of every version (default: ${DEFAULT-VALUE})")
  long bytes;

  SoakCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    WorkOptions.requireBetween("--pushes", pushes, 1, PUSHES_MAX);
    WorkOptions.requireBetween("--agents", agents, 1, AGENTS_MAX);
    WorkOptions.requireBetween("--size", bytes, 1, Long.MAX_VALUE);
    try (Lifetime lifetime = Lifetime.begin(console)) {
      ScratchDirectory scratch = lifetime.add(work.scratch());
      ControlGroup group = lifetime.add(ControlGroup.make());
      ControlGroup unpaid = lifetime.add(ControlGroup.make());
      Payload first = Payload.write(scratch.path(), 1, 1);
      Path stageDirectory = Files.createDirectory(scratch.path().resolve("stage"));
      Stage stage = new Stage(new Loopback(agents + 1), group, unpaid, stageDirectory, first, 0);
      Fleet fleet = Fleet.start(stage);
      ChangingFile file = new ChangingFile(stage.path("version.bin"), bytes);
      List<Push> done = new ArrayList<>();
      for (int number = 1; number <= pushes; number++) {
        Push push = push(stage, fleet, file, number);
        done.add(push);
        console.note(line(push));
      }
      SoakResult result = SoakResult.of(agents, bytes, done);
      result.text().forEach(console::answer);
      work.writeJson(result);
      return result.flat() || result.lines().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private Push push(Stage stage, Fleet fleet, ChangingFile file, int number) throws IOException {
    Path version = stage.path("version.bin");
    file.next();
    String expected = Payload.sha256(version);
    long begin = System.nanoTime();
    fleet.deploy(stage, version, Payload.NAME).awaitSuccess();
    double seconds = (System.nanoTime() - begin) / 1e9;
    long disk = 0;
    ProcessFacts most = new ProcessFacts(0, 0, 0, 0, 0);
    for (int host = 1; host <= agents; host++) {
      Path installed = Fleet.root(stage, host).resolve(Payload.NAME);
      if (!Payload.sha256(installed).equals(expected)) {
        throw new CommandFailure(
            ExitCode.FAILED, "push %d: %s has other content".formatted(number, installed));
      }
      disk += diskBytes(stage.directory(host));
      most = most.larger(facts(fleet.agents().get(host - 1)));
    }
    ProcessFacts coordinator = facts(fleet.coordinatorProcess());
    return new Push(
        number,
        seconds,
        most.rssAnonBytes(),
        most.rssFileBytes(),
        most.threads(),
        most.descriptors(),
        disk,
        coordinator.rssAnonBytes(),
        coordinator.threads(),
        coordinator.descriptors());
  }

  private static ProcessFacts facts(Started process) {
    ProcessFacts facts = ProcessFacts.of(process.pid());
    if (facts == null) {
      throw new CommandFailure(ExitCode.FAILED, "a process ended: " + process.printed().strip());
    }
    return facts;
  }

  /** What the regular files below hold, each once; one that goes meanwhile holds nothing. */
  static long diskBytes(Path directory) throws IOException {
    Map<Object, Long> sizes = new HashMap<>();
    try (Stream<Path> files = Files.walk(directory, DIRECTORY_DEPTH_MAX)) {
      for (Path file : files.toList()) {
        BasicFileAttributes facts = attributes(file);
        if (facts != null && facts.isRegularFile()) {
          sizes.put(facts.fileKey(), facts.size());
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static String line(Push push) {
    return String.format(
        Locale.ROOT,
        "push %d: %.2f s, RssAnon %s, %d threads, %d descriptors, disk %s",
        push.number(),
        push.seconds(),
        Quantity.bytesText(push.rssAnonBytes()),
        push.threads(),
        push.descriptors(),
        Quantity.bytesText(push.diskBytes()));
  }
}
