package io.seedfall.cli;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import io.seedfall.simulator.policy.Outcome;
import io.seedfall.simulator.policy.Policy;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Two charts in one picture, for each way to send the file: above, how many machines have it, over
 * time on a logarithmic scale, because the ways differ by factors of ten and more; below, how busy
 * the receivers' uplinks were.
 */
final class SimulationPlot {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 440;
  private static final int TICKS_APART = 60;
  private static final int POINTS_MAX = 400;

  /** Ways that take longer than so many times the first one's time are not in the lower chart. */
  private static final double SHOWN_BELOW = 4;

  private final List<Outcome> outcomes;

  /** The first one is what was asked for. */
  SimulationPlot(List<Outcome> outcomes) {
    this.outcomes = List.copyOf(outcomes);
  }

  /**
   * Whether a picture can be written there: the name says which kind, and the folder is there.
   *
   * @throws CommandFailure when not
   */
  static void requireWritable(Path file) {
    if (!isSvg(file) && !isPng(file)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--plot: %s (expected: a name that ends in .svg or .png)".formatted(file));
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new CommandFailure(
          ExitCode.LOCAL, "--plot: %s: no such folder to write to".formatted(file));
    }
  }

  /** Writes the picture. */
  void write(Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    try {
      Files.write(file, isSvg(file) ? svg() : png());
    } catch (InternalError | NullPointerException | NoClassDefFoundError e) {
      // What the JDK throws where there is no font at all depends on the system.
      throw new CommandFailure(
          ExitCode.LOCAL,
          "--plot: this machine has no fonts; install fontconfig and one of them (Debian: apt-get"
              + " install fontconfig fonts-dejavu-core)",
          e);
    }
  }

  private byte[] png() throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, 2 * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    paint(graphics);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private byte[] svg() throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    paint(graphics);
    Document document =
        new SVGProcessor().getDocument(graphics.getCommands(), new PageSize(WIDTH, 2.0 * HEIGHT));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    document.writeTo(bytes);
    return bytes.toByteArray();
  }

  private void paint(Graphics2D graphics) {
    completion().paint(graphics, WIDTH, HEIGHT);
    graphics.translate(0, HEIGHT);
    utilisation().paint(graphics, WIDTH, HEIGHT);
  }

  private XYChart completion() {
    XYChart chart = chart("Machines that have the whole file", "seconds, logarithmic", "percent");
    chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0).setYAxisMax(100.0);
    for (Outcome outcome : outcomes) {
      long[] finished = outcome.finishedNanos();
      if (finished.length > 0) {
        addCompletion(chart, outcome, finished);
      }
    }
    return chart;
  }

  private static void addCompletion(XYChart chart, Outcome outcome, long[] finished) {
    int ranks = Math.min(POINTS_MAX, finished.length);
    double[] seconds = new double[ranks + 1];
    double[] percent = new double[ranks + 1];
    seconds[0] = finished[0] / 1e9;
    int last = 0;
    for (int i = 1; i <= ranks; i++) {
      int rank = (int) ((long) finished.length * i / ranks);
      double at = finished[rank - 1] / 1e9;
      // Where many finish at once, one long stroke: many short ones could not be dashed.
      boolean straightUp = last > 0 && seconds[last] == at && seconds[last - 1] == at;
      last += straightUp ? 0 : 1;
      seconds[last] = at;
      percent[last] = 100.0 * rank / outcome.experiment().machines();
    }
    add(
        chart,
        outcome.policy(),
        Arrays.copyOf(seconds, last + 1),
        Arrays.copyOf(percent, last + 1));
  }

  private XYChart utilisation() {
    XYChart chart = chart("Receivers' uplinks that are busy", "seconds", "percent");
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0).setXAxisMin(0.0);
    long shown = (long) (outcomes.getFirst().makespanNanos() * SHOWN_BELOW);
    for (Outcome outcome : outcomes) {
      if (outcome.uplinkUtilisation() == 0 || outcome.makespanNanos() > shown) {
        continue;
      }
      double[] shares = outcome.uplinkShares();
      double[] seconds = new double[shares.length];
      double[] percent = new double[shares.length];
      for (int i = 0; i < shares.length; i++) {
        seconds[i] = (i + 0.5) * outcome.bucketNanos() / 1e9;
        percent[i] = 100 * shares[i];
      }
      add(chart, outcome.policy(), seconds, percent);
    }
    return chart;
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    XYStyler style = chart.getStyler();
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
    style.setChartBackgroundColor(Color.WHITE);
    style.setChartTitleBoxVisible(false);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(new Color(0xE0E0E0));
    style.setYAxisTickMarkSpacingHint(TICKS_APART);
    style.setLocale(Locale.ROOT);
    style.setDecimalPattern("#,##0.###");
    return chart;
  }

  private static void add(XYChart chart, Policy policy, double[] x, double[] y) {
    if (x.length == 0) {
      return;
    }
    XYSeries series = chart.addSeries(policy.label(), x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(new Color(color(policy)));
    boolean ours = policy == Policy.GRANT;
    // Two of the lines lie one on the other: what is dashed leaves the lower one visible.
    float[] dashes = policy == Policy.SHARDED_SERVERS ? new float[] {6, 6} : null;
    series.setLineStyle(
        new BasicStroke(
            ours ? 3 : 1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
  }

  /** Colours that those who see few can tell apart (Okabe and Ito). */
  private static int color(Policy policy) {
    return switch (policy) {
      case GRANT -> 0x000000;
      case BITTORRENT -> 0xE69F00;
      case CHAIN -> 0x56B4E9;
      case TREES -> 0x009E73;
      case SINGLE_SERVER -> 0xF0E442;
      case TEN_SERVERS -> 0x0072B2;
      case SHARDED_SERVERS -> 0xD55E00;
      case SCATTER_EXCHANGE -> 0xCC79A7;
    };
  }

  private static boolean isSvg(Path file) {
    return file.toString().endsWith(".svg");
  }

  private static boolean isPng(Path file) {
    return file.toString().endsWith(".png");
  }
}
