package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A fleet as lines of text of a given width and number. Draws nothing itself.
 *
 * @param source where it comes from
 * @param trouble why what is shown may be old; empty when it is not
 * @param order of deployments
 * @param chosen the id of the deployment whose machines are shown; empty for none
 * @param keys what to press, at the bottom; empty for a single picture
 */
record FleetFrame(
    String source, String trouble, FleetPicture.Order order, String chosen, String keys) {
  /** How a line is to be shown. */
  enum Look {
    PLAIN,
    TITLE,
    CHOSEN,
    BAD
  }

  /** A line, not longer than the width. */
  record Line(String text, Look look) {}

  private static final int BAR_CELLS = 16;

  /** Lines above and below the two tables. */
  private static final int FIXED_LINES = 7;

  private static final int DEPLOYMENTS_LEAST = 3;

  /** The picture in at most {@code height} lines of {@code width} characters. */
  List<Line> lines(FleetPicture fleet, int width, int height, long nowNanos, long nowMillis) {
    List<FleetPicture.Row> rows = fleet.rows(order, nowNanos, nowMillis);
    List<FleetPicture.Slow> slowest = fleet.slowest(chosen);
    List<Line> lines = new ArrayList<>();
    String time = Instant.ofEpochMilli(nowMillis).truncatedTo(ChronoUnit.SECONDS).toString();
    lines.add(new Line("seedfall top  " + source + "  " + time, Look.TITLE));
    lines.add(
        new Line(
            "machines %d connected, %d away   deployments %d running%s"
                .formatted(
                    fleet.agentsConnected(),
                    fleet.agentsKnown() - fleet.agentsConnected(),
                    fleet.running(),
                    fleet.halted() ? "   ALL TRANSFERS HALTED (seedfall resume --all)" : ""),
            fleet.halted() ? Look.BAD : Look.PLAIN));
    if (!trouble.isEmpty()) {
      lines.add(new Line(trouble, Look.BAD));
    }
    lines.add(new Line("", Look.PLAIN));
    int room = Math.max(0, height - FIXED_LINES - (trouble.isEmpty() ? 0 : 1));
    int below =
        Math.min(
            slowest.size(),
            Math.max(0, room - Math.min(rows.size(), Math.max(DEPLOYMENTS_LEAST, room / 2))));
    int shown = Math.min(rows.size(), room - below);
    addDeployments(lines, window(rows, shown));
    lines.add(new Line("", Look.PLAIN));
    addMachines(lines, fleet, slowest.subList(0, below), slowest.size());
    if (!keys.isEmpty()) {
      while (lines.size() < height - 1) {
        lines.add(new Line("", Look.PLAIN));
      }
      lines.add(new Line(keys + "  order: " + order.word(), Look.TITLE));
    }
    return lines.stream()
        .limit(height)
        .map(line -> new Line(cut(TextTable.printable(line.text()), width), line.look()))
        .toList();
  }

  /** So many rows, among them the chosen one. */
  private List<FleetPicture.Row> window(List<FleetPicture.Row> rows, int shown) {
    int at = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).deployment().id().equals(chosen)) {
        at = i;
      }
    }
    int from = Math.max(0, Math.min(at - shown / 2, rows.size() - shown));
    return rows.subList(from, from + shown);
  }

  private void addDeployments(List<Line> lines, List<FleetPicture.Row> rows) {
    TextTable table =
        new TextTable(
            "",
            "ID",
            "ARTIFACT",
            "PHASE",
            "PROGRESS",
            ">RATE",
            ">MACHINES",
            ">FAILED",
            ">TIME",
            ">LEFT",
            ">BOUND");
    for (FleetPicture.Row row : rows) {
      DeploymentView each = row.deployment();
      table.row(
          each.id().equals(chosen) ? ">" : " ",
          each.id(),
          each.artifact() + "@" + each.version(),
          each.paused() ? "paused" : each.phase().name().toLowerCase(Locale.ROOT),
          bar(row.share()),
          Quantity.rateText(row.bytesPerSecond()),
          each.installedCount() + "/" + each.machineCount(),
          String.valueOf(each.failedCount()),
          Quantity.timeText(Duration.ofMillis(row.elapsedMillis())),
          row.leftMillis() < 0 ? "?" : Quantity.timeText(Duration.ofMillis(row.leftMillis())),
          row.boundMillis() == 0
              ? "-"
              : "%s x%s"
                  .formatted(
                      Quantity.timeText(Duration.ofMillis(row.boundMillis())),
                      row.timesBound() == 0
                          ? "?"
                          : String.format(Locale.ROOT, "%.2f", row.timesBound())));
    }
    List<String> texts = table.lines();
    lines.add(new Line(texts.getFirst(), Look.TITLE));
    for (int i = 0; i < rows.size(); i++) {
      DeploymentView each = rows.get(i).deployment();
      Look look =
          each.id().equals(chosen) ? Look.CHOSEN : each.failedCount() > 0 ? Look.BAD : Look.PLAIN;
      lines.add(new Line(texts.get(i + 1), look));
    }
    if (rows.isEmpty()) {
      lines.add(
          new Line("no deployment yet: seedfall deploy FILE --to all --path PATH", Look.PLAIN));
    }
  }

  private void addMachines(
      List<Line> lines, FleetPicture fleet, List<FleetPicture.Slow> slowest, int all) {
    String states =
        fleet.states(chosen).entrySet().stream()
            .map(each -> each.getKey().name().toLowerCase(Locale.ROOT) + " " + each.getValue())
            .collect(Collectors.joining("  "));
    lines.add(
        new Line(
            chosen.isEmpty() || states.isEmpty() ? "" : "machines of " + chosen + ": " + states,
            Look.TITLE));
    if (slowest.isEmpty()) {
      lines.add(
          new Line(
              states.isEmpty() || all > 0 ? "" : "none is behind, none has failed", Look.PLAIN));
      return;
    }
    TextTable table = new TextTable("SLOWEST", "STATE", ">DONE", ">TIME", ">FROM PEERS", "WHY");
    for (FleetPicture.Slow each : slowest) {
      MachineView machine = each.machine();
      table.row(
          machine.agent(),
          machine.phase().name().toLowerCase(Locale.ROOT),
          Quantity.bytesText(machine.bytesDone()),
          Quantity.timeText(Duration.ofMillis(machine.elapsedMillis())),
          Quantity.bytesText(machine.bytesFromPeers()),
          each.why());
    }
    List<String> texts = table.lines();
    lines.add(new Line(texts.getFirst(), Look.TITLE));
    for (int i = 0; i < slowest.size(); i++) {
      boolean failed = slowest.get(i).machine().phase() == MachinePhase.FAILED;
      lines.add(new Line(texts.get(i + 1), failed ? Look.BAD : Look.PLAIN));
    }
  }

  private static String bar(double share) {
    int full = (int) (share * BAR_CELLS);
    return "[%s%s] %3d %%"
        .formatted("#".repeat(full), "-".repeat(BAR_CELLS - full), (int) (share * 100));
  }

  /** The first characters, none of them cut in half. */
  static String cut(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Math.max(0, width)));
  }
}
