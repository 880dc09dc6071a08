package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class UrgentResultTest {
  private static UrgentResult result(UrgentResult.Run... runs) {
    return UrgentResult.of(
        8,
        new LinkRate(100_000_000),
        false,
        64 << 20,
        256 << 20,
        new Goodput(12e6, 1),
        List.of(runs));
  }

  private static UrgentResult.Run run(double alone, double beside) {
    return new UrgentResult.Run(1, alone, beside, 200, 2);
  }

  @Test
  void itOvertakesWhenTheMedianIsAtMostAFifthSlower() {
    UrgentResult good = result(run(10, 12), run(10, 99), run(10, 11));
    assertThat(good.ratio()).isEqualTo(UrgentResult.RATIO_MAX);
    assertThat(good.text().getLast()).contains("1.20 times").contains("it overtakes");
    UrgentResult missed = result(run(10, 12.1), run(10, 99), run(10, 11));
    assertThat(missed.isGood()).isFalse();
    assertThat(missed.text().getLast()).contains("MISSED");
    assertThat(result().isGood()).isFalse();
  }

  @Test
  void aNormalOneThatWasOverEarlierProvesNothing() {
    UrgentResult.Run early = new UrgentResult.Run(1, 10, 10, 12, 2);
    assertThat(early.isBeside()).isFalse();
    assertThat(new UrgentResult.Run(1, 10, 10, 12.1, 2).isBeside()).isTrue();
    assertThat(new UrgentResult.Run(1, 10, 10, 60, 0).isBeside()).isFalse();
    UrgentResult result = result(early);
    assertThat(result.isGood()).isFalse();
    assertThat(result.text()).anySatisfy(line -> assertThat(line).contains("over too early"));
  }

  @Test
  void theLastWholeLineOfAnEventIsRead() {
    String printed =
        """
        WARNING: a word of the JVM
        {"event":"progress","bytesDone":1}
        {"event":"progress","bytesDone":2}
        {not JSON
        {"event":"result","deployment":{}}
        {"event":"progress","bytesDone":3\
        """;
    JsonNode last = Objects.requireNonNull(DeployLines.last(printed, "progress"));
    assertThat(last.at("/bytesDone").asInt()).isEqualTo(2);
    assertThat(DeployLines.last(printed, "result")).isNotNull();
    assertThat(DeployLines.last(printed, "end")).isNull();
    assertThat(DeployLines.last("", "end")).isNull();
  }
}
