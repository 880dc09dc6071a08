package io.seedfall.benchmarks;

import io.seedfall.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All that {@code bench soak} measured; its JSON.
 *
 * @param agents how many
 * @param bytes of each push
 * @param pushes in order
 * @param lines early and late medians; none when there were too few pushes
 * @param flat whether nothing grew by more than {@link #GROWTH_MAX}
 */
record SoakResult(int agents, long bytes, List<Push> pushes, List<Line> lines, boolean flat) {
  /** So many pushes are needed for a verdict: the two windows and the warm-up do not overlap. */
  static final int PUSHES_MIN = 60;

  /** The share by which a late median may be above the early one. */
  static final double GROWTH_MAX = 0.05;

  private static final int EARLY_FROM = 21;
  private static final int WINDOW = 20;

  /**
   * One quantity, early and late.
   *
   * @param quantity what
   * @param early its median over pushes 21 to 40
   * @param late its median over the last 20
   * @param growth late to early, less one
   */
  record Line(Push.Quantity quantity, double early, double late, double growth) {
    boolean isFlat() {
      return late <= early * (1 + GROWTH_MAX);
    }
  }

  SoakResult {
    pushes = List.copyOf(pushes);
    lines = List.copyOf(lines);
  }

  /** Sums up. */
  static SoakResult of(int agents, long bytes, List<Push> pushes) {
    List<Line> lines = new ArrayList<>();
    if (pushes.size() >= PUSHES_MIN) {
      List<Push> early = pushes.subList(EARLY_FROM - 1, EARLY_FROM - 1 + WINDOW);
      List<Push> late = pushes.subList(pushes.size() - WINDOW, pushes.size());
      for (Push.Quantity quantity : Push.Quantity.values()) {
        double before = median(early, quantity);
        double after = median(late, quantity);
        lines.add(new Line(quantity, before, after, before == 0 ? after : after / before - 1));
      }
    }
    return new SoakResult(
        agents, bytes, pushes, lines, !lines.isEmpty() && lines.stream().allMatch(Line::isFlat));
  }

  private static double median(List<Push> pushes, Push.Quantity quantity) {
    return Statistics.median(pushes.stream().mapToDouble(quantity::of).toArray());
  }

  /** What is printed for people. */
  List<String> text() {
    if (lines.isEmpty()) {
      return List.of(
          "%d pushes are too few for a verdict (at least %d)".formatted(pushes.size(), PUSHES_MIN));
    }
    TextTable table = new TextTable("MEDIAN OF", ">PUSHES 21-40", ">LAST 20", ">GROWTH", "VERDICT");
    for (Line line : lines) {
      table.row(
          line.quantity().label(),
          number("%.2f", line.early()),
          number("%.2f", line.late()),
          number("%+.1f %%", 100 * line.growth()),
          line.isFlat() ? "flat" : "GROWS");
    }
    List<String> text = new ArrayList<>(table.lines());
    text.add(
        flat
            ? "nothing grew by more than 5 %"
            : "something grew by more than 5 %: the table says what");
    return text;
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
