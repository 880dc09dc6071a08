package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RackReportTest {
  /** Words are drawn as outlines; the bars are known by their colour. */
  private static final String TIME_BAR = "fill:rgb(0,114,178)";

  private static final String CPU_BAR = "fill:rgb(230,159,0)";
  private static final RackResult RESULT = result(List.of());

  private static RackResult result(List<SlowHost> slow) {
    return RackResult.of(
        2,
        new LinkRate(80_000_000),
        10_000_000,
        new Goodput(9_500_000, 1),
        slow,
        List.of(
            StatisticsTest.run("seedfall", 1, 2, 1.0, 2.0),
            StatisticsTest.run("star", 1, 1, 3.0, 4.0)));
  }

  @Test
  void theTableHasALineForEachContenderAndOneForEachFailure() {
    assertThat(RackTable.lines(RESULT))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("2 hosts, 80 Mbit/s links, 10.0 MB; goodput"),
            line -> assertThat(line).startsWith("CONTENDER  MAKESPAN"),
            line ->
                assertThat(line.split(" {2,}"))
                    .containsExactly(
                        "seedfall",
                        "2.00 s",
                        "2.00-2.00",
                        "1.50 s",
                        "1.900",
                        "1.200",
                        "5.0 s",
                        "2.0 s",
                        "100 MiB",
                        "all identical"),
            line -> assertThat(line).startsWith("star").endsWith("1 of 1 runs failed"),
            line -> assertThat(line).isEqualTo("star, run 1: 1 of 2 files are identical"));
  }

  @Test
  void withSlowHostsItSaysWhenTheOthersWereDone() {
    List<String> lines = RackTable.lines(result(List.of(new SlowHost(2, 0.5))));
    assertThat(lines.get(1)).isEqualTo("host 2 has 0.500 of the rate");
    assertThat(lines.get(2)).contains("FULL RATE");
    assertThat(lines.get(3)).contains("1.00 s");
  }

  @Test
  void theChartShowsTimeAndCpuOfWhoHadAGoodRun() throws Exception {
    String svg = new String(new RackChart(RESULT).svg(), StandardCharsets.UTF_8);
    assertThat(svg).contains("<svg").contains(TIME_BAR).contains(CPU_BAR);
  }

  @Test
  void aChartWithoutAnyGoodRunIsEmptyAndNoFailure() throws Exception {
    RackResult none =
        RackResult.of(
            1,
            new LinkRate(80_000_000),
            1,
            new Goodput(1, 1),
            List.of(),
            List.of(StatisticsTest.run("star", 1, 0, -1)));
    assertThat(new String(new RackChart(none).svg(), StandardCharsets.UTF_8))
        .contains("<svg")
        .doesNotContain(TIME_BAR);
  }

  @Test
  void thePairsTableHasRatesAndCpuTimePerGigabyte() {
    PairResult pair =
        new PairResult(
            1,
            10_000_000_000L,
            new Goodput(4e9, 0.4),
            2,
            List.of(StatisticsTest.run("seedfall", 1, 1, 10.0)));
    assertThat(pair.lines().get(2).split(" {2,}"))
        .containsExactly("iperf3", "4.00", "0.40", "-", "-", "none");
    assertThat(pair.lines().get(3).split(" {2,}"))
        .containsExactly("seedfall", "1.00", "0.20", "10.00", "100 MiB", "identical");
  }
}
