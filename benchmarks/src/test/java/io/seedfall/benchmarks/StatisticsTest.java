package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Statistics.median(3, 1, 2)).isEqualTo(2);
    assertThat(Statistics.median(4, 1, 2, 3)).isEqualTo(2.5);
    assertThat(Statistics.median()).isZero();
  }

  @Test
  void aRunSaysWhenTheLastHostAndHalfOfThemHadTheFile() {
    Measurement run = run("a", 1, 3, 1.0, 5.0, 2.0);
    assertThat(run.makespanSeconds()).isEqualTo(5);
    assertThat(run.medianSeconds()).isEqualTo(2);
    assertThat(run.makespanSecondsWithout(Set.of(2))).isEqualTo(2);
    assertThat(run.isGood()).isTrue();
  }

  @Test
  void aRunInWhichACopyIsWrongIsNotGood() {
    assertThat(run("a", 1, 2, 1.0, 5.0, 2.0).isGood()).isFalse();
    assertThat(run("a", 1, 2, 1.0, 5.0, 2.0).trouble()).isEqualTo("2 of 3 files are identical");
  }

  @Test
  void aContenderHasTheMediansOfItsGoodRuns() {
    RackResult result =
        RackResult.of(
            2,
            new LinkRate(80_000_000),
            10_000_000,
            new Goodput(9_500_000, 1),
            List.of(new SlowHost(2, 0.5)),
            List.of(
                run("a", 1, 2, 1.0, 2.0),
                run("b", 1, 0, -1, -1),
                run("a", 2, 2, 1.5, 4.0),
                run("b", 2, 2, 9.0, 9.0),
                run("a", 3, 2, 1.2, 3.0)));
    RackResult.Line a = result.contenders().get(0);
    RackResult.Line b = result.contenders().get(1);
    assertThat(a.makespanSeconds()).isEqualTo(3);
    assertThat(a.makespanSecondsMin()).isEqualTo(2);
    assertThat(a.makespanSecondsMax()).isEqualTo(4);
    assertThat(a.fullRateSeconds()).isEqualTo(1.2);
    assertThat(a.ratio()).isEqualTo(3 / (10 / 9.5));
    assertThat(a.sourceCopies()).isEqualTo(1.2);
    assertThat(b.goodRuns()).isEqualTo(1);
    assertThat(b.runs()).isEqualTo(2);
    assertThat(b.makespanSeconds()).isEqualTo(9);
  }

  static Measurement run(String contender, int run, int identical, double... finished) {
    return new Measurement(
        contender,
        run,
        Arrays.stream(finished).boxed().toList(),
        12_000_000,
        2,
        5,
        100 << 20,
        80 << 20,
        identical,
        "");
  }
}
