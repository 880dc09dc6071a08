package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import io.seedfall.cli.Lifetime;
import io.seedfall.cli.Quantity;
import io.seedfall.cli.ScratchDirectory;
import io.seedfall.control.AgentView;
import io.seedfall.control.ControlException;
import io.seedfall.control.SeedfallClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long an agent takes from the start of its process until the coordinator knows it. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Start agents one after the other, each until the coordinator counts it as connected, and look"
          + " what an idle one holds of memory.",
      "Needs root, to end all that it starts."
    })
final class StartCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** The time is known as well as this. */
  private static final long LOOK_EVERY_MILLIS = 5;

  /** How long an agent is idle before its memory is looked at. */
  private static final long IDLE_MILLIS = 2_000;

  private final Console console;

  @Mixin WorkOptions work;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many agents, one at a time (default: ${DEFAULT-VALUE})")
  int runs;

  StartCommand(Console console) {
    this.console = console;
  }

  /**
   * All that was measured; its JSON.
   *
   * @param starts fastest first
   */
  record Result(List<Start> starts) {}

  /**
   * One agent.
   *
   * @param seconds until the coordinator counted it as connected
   * @param idle what it held two seconds later
   */
  record Start(double seconds, ProcessFacts idle) {}

  @Override
  public Integer call() throws IOException {
    WorkOptions.requireBetween("--runs", runs, 1, RUNS_MAX);
    try (Lifetime lifetime = Lifetime.begin(console)) {
      ScratchDirectory scratch = lifetime.add(work.scratch());
      ControlGroup group = lifetime.add(ControlGroup.make());
      ControlGroup unpaid = lifetime.add(ControlGroup.make());
      Payload nothing = Payload.write(scratch.path(), 1, 1);
      Stage stage =
          new Stage(
              new Loopback(runs + 1),
              group,
              unpaid,
              Files.createDirectory(scratch.path().resolve("s")),
              nothing,
              0);
      List<Start> starts = new ArrayList<>();
      String url = Fleet.startCoordinator(stage).await(Fleet.ADDRESS, PATIENCE);
      try (SeedfallClient client = new SeedfallClient(URI.create(url))) {
        for (int host = 1; host <= runs; host++) {
          Start start = start(stage, client, url, host);
          starts.add(start);
          console.note(line("agent " + host, start));
        }
      }
      starts.sort(Comparator.comparingDouble(Start::seconds));
      console.answer(line("median", starts.get(starts.size() / 2)));
      console.answer(line("slowest", starts.getLast()));
      work.writeJson(new Result(starts));
      return ExitCode.OK;
    }
  }

  private static Start start(Stage stage, SeedfallClient client, String url, int host)
      throws IOException {
    long begin = System.nanoTime();
    Started agent = Fleet.agent(stage, host, url);
    while (!isConnected(client, "a" + host)) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new CommandFailure(ExitCode.FAILED, "an agent does not come: " + agent.printed());
      }
      Commands.pause(LOOK_EVERY_MILLIS);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    Commands.pause(IDLE_MILLIS);
    ProcessFacts idle = ProcessFacts.of(agent.pid());
    if (idle == null) {
      throw new CommandFailure(ExitCode.FAILED, "an agent ended: " + agent.printed());
    }
    agent.end();
    return new Start(seconds, idle);
  }

  private static boolean isConnected(SeedfallClient client, String name) {
    try {
      return client.agents().stream()
          .filter(view -> view.name().equals(name))
          .anyMatch(AgentView::connected);
    } catch (ControlException e) {
      throw new CommandFailure(ExitCode.FAILED, "the coordinator does not answer: " + e.why(), e);
    }
  }

  private static String line(String what, Start start) {
    return String.format(
        Locale.ROOT,
        "%s: registered after %.2f s; idle RssAnon %s, RssFile %s, %d threads",
        what,
        start.seconds(),
        Quantity.bytesText(start.idle().rssAnonBytes()),
        Quantity.bytesText(start.idle().rssFileBytes()),
        start.idle().threads());
  }
}
