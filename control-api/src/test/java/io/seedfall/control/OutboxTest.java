package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Outbox outbox = new Outbox();

  @Test
  void aBatchHoldsNoMoreReportsThanAMessageMay() {
    for (int i = 0; i <= ControlApi.REPORTS_MAX; i++) {
      outbox.report(report("d" + i, MachinePhase.FETCHING, ""));
    }
    assertThat(outbox.drain())
        .extracting(message -> ((AgentMessage.Reports) message).reports().size())
        .containsExactly(ControlApi.REPORTS_MAX, 1);
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void theLongestReasonsStillFitIntoMessages() {
    for (int i = 0; i < Outbox.REPORTS_MAX; i++) {
      outbox.report(report("d" + i, MachinePhase.FAILED, "\u0001".repeat(2_000)));
    }
    List<AgentMessage> messages = outbox.drain();
    assertThat(messages)
        .allSatisfy(message ->
            assertThat(ControlJson.encodeMessage(message).length())
                .isLessThanOrEqualTo(ControlApi.MESSAGE_BYTES_MAX));
    assertThat(messages.stream().mapToInt(m -> ((AgentMessage.Reports) m).reports().size()).sum())
        .isEqualTo(Outbox.REPORTS_MAX);
  }

  @Test
  void aReasonIsCutAtItsLimit() {
    outbox.report(report("a", MachinePhase.FAILED, "x".repeat(ControlApi.WHY_CHARS_MAX)));
    outbox.report(report("b", MachinePhase.FAILED, "x".repeat(ControlApi.WHY_CHARS_MAX + 1)));
    assertThat(((AgentMessage.Reports) outbox.drain().getFirst()).reports())
        .allSatisfy(report -> assertThat(report.why()).hasSize(ControlApi.WHY_CHARS_MAX));
  }

  @Test
  void beyondTheLimitAFinalReportOutlivesAnotherOne() {
    outbox.report(report("final", MachinePhase.INSTALLED, ""));
    outbox.report(report("oldest", MachinePhase.FETCHING, ""));
    for (int i = 2; i < Outbox.REPORTS_MAX; i++) {
      outbox.report(report("d" + i, MachinePhase.FETCHING, ""));
    }
    assertThat(ids()).contains("final", "oldest").hasSize(Outbox.REPORTS_MAX);
    outbox.report(report("final", MachinePhase.INSTALLED, ""));
    outbox.report(report("oldest", MachinePhase.FETCHING, ""));
    for (int i = 2; i <= Outbox.REPORTS_MAX; i++) {
      outbox.report(report("d" + i, MachinePhase.FETCHING, ""));
    }
    assertThat(ids()).contains("final").doesNotContain("oldest").hasSize(Outbox.REPORTS_MAX);
  }

  @Test
  void holdingsAreBounded() {
    for (int i = 0; i <= Outbox.HOLDINGS_MAX; i++) {
      outbox.holding("h" + i, true);
    }
    assertThat(outbox.drain()).hasSize(Outbox.HOLDINGS_MAX);
  }

  @Test
  void whatWasPutBackIsOlderThanWhatCameMeanwhile() {
    outbox.report(report("a", MachinePhase.FETCHING, "old"));
    outbox.report(report("b", MachinePhase.FETCHING, "old"));
    outbox.holding("h", true);
    List<AgentMessage> drained = outbox.drain();
    outbox.report(report("a", MachinePhase.INSTALLED, "new"));
    outbox.holding("h", false);
    drained.forEach(outbox::putBack);

    List<AgentMessage> again = outbox.drain();
    assertThat(again.getFirst()).isEqualTo(new AgentMessage.Holding("h", false));
    assertThat(((AgentMessage.Reports) again.getLast()).reports())
        .extracting(MachineReport::why)
        .containsExactlyInAnyOrder("new", "old");
  }

  @Test
  void waitsDoubleWithinTheirBoundsAndAreJittered() {
    Backoff backoff = new Backoff(100, 1_000, new Random(1));
    for (int bound : new int[] {100, 200, 400, 800, 1_000, 1_000}) {
      assertThat(backoff.waitMillis()).isBetween(bound / 2L, (long) bound);
    }
    backoff.reset();
    assertThat(backoff.waitMillis()).isBetween(50L, 100L);
    assertThat(backoff.jittered(30_000)).isBetween(15_000L, 30_000L);
    Backoff other = new Backoff(100_000, 100_000, new Random(2));
    assertThat(other.waitMillis()).isNotEqualTo(other.waitMillis());
  }

  private List<String> ids() {
    return outbox.drain().stream()
        .flatMap(message -> ((AgentMessage.Reports) message).reports().stream())
        .map(MachineReport::deploymentId)
        .toList();
  }

  private static MachineReport report(String deployment, MachinePhase phase, String why) {
    return new MachineReport(deployment, phase, why, 0, 0, 0, 0);
  }
}
