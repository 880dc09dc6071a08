package io.seedfall.benchmarks;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Two rows of bars, as SVG: how long each contender took, and how much CPU time. */
final class RackChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 360;
  private static final Color TIME = new Color(0x0072B2);
  private static final Color CPU = new Color(0xE69F00);
  private static final Color BOUND = Color.BLACK;

  private final RackResult result;
  private final List<RackResult.Line> lines;

  RackChart(RackResult result) {
    this.result = result;
    this.lines = result.contenders().stream().filter(line -> line.goodRuns() > 0).toList();
  }

  /** The picture; a contender without a good run is not in it. */
  byte[] svg() throws IOException {
    System.setProperty("java.awt.headless", "true");
    try {
      VectorGraphics2D graphics = new VectorGraphics2D();
      paint(graphics);
      Document document =
          new SVGProcessor().getDocument(graphics.getCommands(), new PageSize(WIDTH, 2.0 * HEIGHT));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.writeTo(bytes);
      return bytes.toByteArray();
    } catch (InternalError | NullPointerException | NoClassDefFoundError e) {
      // What the JDK throws where there is no font at all depends on the system.
      throw new CommandFailure(
          ExitCode.LOCAL,
          "--chart: this machine has no fonts; install fontconfig and one of them (Debian: apt-get"
              + " install fontconfig fonts-dejavu-core)",
          e);
    }
  }

  private void paint(Graphics2D graphics) {
    if (lines.isEmpty()) {
      return;
    }
    CategoryChart times =
        chart("Until the last of %d hosts has the file".formatted(result.hosts()));
    bars(times, "makespan, seconds", TIME, RackResult.Line::makespanSeconds);
    CategorySeries bound = add(times, "file / goodput of one link", line -> result.boundSeconds());
    bound.setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
    bound.setLineColor(BOUND);
    bound.setMarker(SeriesMarkers.NONE);
    times.paint(graphics, WIDTH, HEIGHT);
    graphics.translate(0, HEIGHT);
    CategoryChart cpu = chart("CPU time of all processes");
    bars(cpu, "CPU seconds", CPU, RackResult.Line::cpuSeconds);
    cpu.paint(graphics, WIDTH, HEIGHT);
  }

  private void bars(
      CategoryChart chart, String name, Color color, ToDoubleFunction<RackResult.Line> value) {
    add(chart, name, value).setFillColor(color);
  }

  private CategorySeries add(
      CategoryChart chart, String name, ToDoubleFunction<RackResult.Line> value) {
    return chart.addSeries(
        name,
        lines.stream().map(RackResult.Line::contender).toList(),
        lines.stream().map(value::applyAsDouble).toList());
  }

  private static CategoryChart chart(String title) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle("seconds")
            .build();
    CategoryStyler style = chart.getStyler();
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
    style.setChartBackgroundColor(Color.WHITE);
    style.setChartTitleBoxVisible(false);
    style.setPlotBorderVisible(false);
    style.setAvailableSpaceFill(0.5);
    style.setYAxisMin(0.0);
    style.setLocale(Locale.ROOT);
    style.setDecimalPattern("#,##0.##");
    return chart;
  }
}
