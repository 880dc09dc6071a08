package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.PieceMap;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class AgentTallyTest {
  private final AgentTally tally = new AgentTally();

  private static MachineReport report(String id, MachinePhase phase) {
    MachineDetail detail = new MachineDetail(Map.of("installing", 7L), Map.of(), "");
    return new MachineReport(id, phase, "", 100, 60, 30, 1_000, 10, detail, PieceMap.NONE);
  }

  @Test
  void anEndIsCountedOnceHoweverOftenItIsReported() {
    tally.reported(report("d1", MachinePhase.FETCHING));
    tally.reported(report("d1", MachinePhase.INSTALLED));
    tally.reported(report("d1", MachinePhase.INSTALLED));
    tally.reported(report("d2", MachinePhase.FAILED));
    tally.reported(report("d2", MachinePhase.INSTALLED)); // it tried again
    assertThat(tally.ended(MachinePhase.INSTALLED)).isEqualTo(2);
    assertThat(tally.ended(MachinePhase.FAILED)).isEqualTo(1);
    assertThat(tally.ended(MachinePhase.FETCHING)).isZero();
    assertThat(tally.bytesFromHolders()).isEqualTo(180);
    assertThat(tally.bytesFromPeers()).isEqualTo(90);
    assertThat(tally.bytesReused()).isEqualTo(30);
    assertThat(tally.installs()).isEqualTo(2);
    assertThat(tally.installNanos()).isEqualTo(14_000_000);
  }

  @Test
  void soManyEndsAreRemembered() {
    for (int i = 0; i < AgentTally.ENDS_MAX; i++) {
      tally.reported(report("d" + i, MachinePhase.INSTALLED));
    }
    tally.reported(report("d0", MachinePhase.INSTALLED));
    assertThat(tally.ended(MachinePhase.INSTALLED)).isEqualTo(AgentTally.ENDS_MAX);
    tally.reported(report("one more", MachinePhase.INSTALLED));
    tally.reported(report("d0", MachinePhase.INSTALLED)); // forgotten
    assertThat(tally.ended(MachinePhase.INSTALLED)).isEqualTo(AgentTally.ENDS_MAX + 2);
  }

  @Test
  void rottenPiecesAreCounted() {
    PieceSet pieces = new PieceSet(10);
    pieces.add(3);
    pieces.add(7);
    InfoHash infoHash = InfoHash.parse("ab".repeat(32));
    tally.heard(new AgentEvent.Rotten(infoHash, pieces, "", new CountDownLatch(1)));
    assertThat(tally.rotFound()).isEqualTo(2);
    assertThat(tally.rotRepaired()).isZero();
  }
}
