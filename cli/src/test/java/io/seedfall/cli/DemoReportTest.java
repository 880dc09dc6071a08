package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DemoReportTest {
  private static final List<MachineView> TWO =
      List.of(
          machine("a", 4_000, 70_000_000, 30_000_000), machine("b", 6_000, 40_000_000, 60_000_000));

  @Test
  void theSourceSentWhatAllMachinesReceivedFromIt() {
    DemoReport report = DemoReport.of(100_000_000, Duration.ofSeconds(7), TWO, Set.of("a", "b"), 0);
    assertThat(report.sourceCopies()).isEqualTo(1.1, within(1e-9));
    assertThat(report.verified()).isTrue();
    assertThat(report.line())
        .isEqualTo(
            "100 MB on 2 machines in 7.0 s; the source sent it 1.10 times; one server sending at"
                + " the rate of one machine (20.0 MB/s) would have needed 10.0 s");
  }

  @Test
  void withALimitOneServerIsReckonedAtThatLimit() {
    DemoReport report =
        DemoReport.of(100_000_000, Duration.ofSeconds(7), TWO, Set.of("a", "b"), 10_000_000);
    assertThat(report.oneServerSeconds()).isEqualTo(20.0, within(1e-9));
  }

  @Test
  void oneUnequalCopyIsSeen() {
    DemoReport report = DemoReport.of(100_000_000, Duration.ofSeconds(7), TWO, Set.of("a"), 0);
    assertThat(report.verified()).isFalse();
    assertThat(report.table().lines())
        .containsExactly(
            "AGENT  SECONDS  FROM SOURCE  FROM PEERS  VERIFIED",
            "a          4.0      70.0 MB     30.0 MB  yes",
            "b          6.0      40.0 MB     60.0 MB  NO");
  }

  @Test
  void nothingAtAllIsNotVerified() {
    assertThat(DemoReport.of(0, Duration.ZERO, List.of(), Set.of(), 0).verified()).isFalse();
  }

  private static MachineView machine(String name, long millis, long fromSource, long fromPeers) {
    return new MachineView(
        name, MachinePhase.INSTALLED, "", 100_000_000, fromSource, fromPeers, millis, 0, 0);
  }
}
