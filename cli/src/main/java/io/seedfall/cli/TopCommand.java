package io.seedfall.cli;

import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import io.seedfall.control.SeedfallClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The fleet on a whole terminal, as it changes. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description = {
      "Watch the fleet on the whole terminal: deployments with their rates, and the slowest",
      "machines with reasons. Keys: q quits, arrows choose a deployment, s changes the order.",
      "Where there is no terminal it prints one picture."
    })
final class TopCommand implements Callable<Integer> {
  private static final Duration NEWS = Duration.ofMillis(100);
  private static final Duration SIZE_EVERY = Duration.ofSeconds(1);
  private static final String KEYS = "q quit  up/down choose  s";
  private static final int PLAIN_COLUMNS = 240;
  private static final int PLAIN_ROWS = 200;

  /**
   * Everything that the picture shows, for programs.
   *
   * @param deployments newest first
   * @param states how many machines of the newest one are in which state
   * @param slowest machines of the newest one
   */
  record Snapshot(
      boolean halted,
      int agentsConnected,
      int agentsKnown,
      List<Deployment> deployments,
      Map<String, Integer> states,
      List<Machine> slowest) {}

  /** One deployment; times in milliseconds, -1 for not known, 0 bound for none said. */
  record Deployment(
      String id,
      String artifact,
      String phase,
      double share,
      int installed,
      int failed,
      int machines,
      long elapsedMillis,
      long boundMillis) {}

  /** One machine that others wait for. */
  record Machine(String agent, String state, long bytesDone, String why) {}

  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(
      names = "--link-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description =
          "what one network card does, from which the bound follows: 10Gbit (default: no bound)")
  long linkBytesPerSecond;

  @Option(names = "--json", description = "print one picture as JSON")
  boolean json;

  private FleetPicture.Order order = FleetPicture.Order.NEWEST;
  private String chosen = "";

  TopCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    FleetPicture picture = new FleetPicture(linkBytesPerSecond);
    try (SeedfallClient client = coordinator.client();
        FleetFeed feed = new FleetFeed(client, picture)) {
      feed.look(); // says in one line when there is nobody to ask
      if (json || !console.wholeScreen()) {
        once(client, feed, picture);
      } else {
        watch(client, feed, picture);
      }
    }
    return ExitCode.OK;
  }

  private void once(SeedfallClient client, FleetFeed feed, FleetPicture picture) {
    long nanos = System.nanoTime();
    long millis = System.currentTimeMillis();
    List<FleetPicture.Row> rows = picture.rows(order, nanos, millis);
    feed.machines(choose(rows, 0));
    if (json) {
      console.json(snapshot(picture, rows));
      return;
    }
    new FleetFrame(client.coordinator().toString(), feed.trouble(), order, chosen, "")
        .lines(picture, PLAIN_COLUMNS, PLAIN_ROWS, nanos, millis)
        .forEach(line -> console.answer(line.text().stripTrailing()));
  }

  private Snapshot snapshot(FleetPicture picture, List<FleetPicture.Row> rows) {
    Map<String, Integer> states = new TreeMap<>();
    picture.states(chosen).forEach((phase, count) -> states.put(word(phase), count));
    return new Snapshot(
        picture.halted(),
        picture.agentsConnected(),
        picture.agentsKnown(),
        rows.stream().map(TopCommand::deployment).toList(),
        states,
        picture.slowest(chosen).stream().map(each -> machine(each.machine(), each.why())).toList());
  }

  private static Deployment deployment(FleetPicture.Row row) {
    DeploymentView each = row.deployment();
    return new Deployment(
        each.id(),
        each.artifact() + "@" + each.version(),
        each.phase().name().toLowerCase(Locale.ROOT),
        row.share(),
        each.installedCount(),
        each.failedCount(),
        each.machineCount(),
        row.elapsedMillis(),
        row.boundMillis());
  }

  private static Machine machine(MachineView each, String why) {
    return new Machine(each.agent(), word(each.phase()), each.bytesDone(), why);
  }

  private static String word(MachinePhase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  /** Keeps the choice, moved by so many rows; the first one when there is none. */
  private @Nullable DeploymentView choose(List<FleetPicture.Row> rows, int by) {
    if (rows.isEmpty()) {
      chosen = "";
      return null;
    }
    int at = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).deployment().id().equals(chosen)) {
        at = i;
      }
    }
    DeploymentView found = rows.get(Math.clamp((long) at + by, 0, rows.size() - 1)).deployment();
    chosen = found.id();
    return found;
  }

  private void watch(SeedfallClient client, FleetFeed feed, FleetPicture picture)
      throws ControlException, IOException, InterruptedException {
    try (Lifetime lifetime = Lifetime.begin(console)) {
      Screen screen = lifetime.add(Screen.open(System.out, Console.colours()));
      Screen.Size size = screen.size();
      long sizedNanos = System.nanoTime();
      while (true) {
        long nanos = System.nanoTime();
        long millis = System.currentTimeMillis();
        int by = 0;
        for (Screen.Key key = screen.key(); key != null; key = screen.key()) {
          switch (key) {
            case QUIT -> {
              return;
            }
            case UP -> by--;
            case DOWN -> by++;
            case ORDER -> order = order.next();
            case OTHER -> screen.forget();
          }
        }
        if (nanos - sizedNanos > SIZE_EVERY.toNanos()) {
          sizedNanos = nanos;
          Screen.Size now = screen.size();
          if (!now.equals(size)) {
            size = now;
            screen.forget();
          }
        }
        feed.machines(choose(picture.rows(order, nanos, millis), by));
        screen.draw(
            new FleetFrame(client.coordinator().toString(), feed.trouble(), order, chosen, KEYS)
                .lines(picture, size.columns(), size.rows(), nanos, millis));
        feed.next(NEWS);
      }
    }
  }
}
