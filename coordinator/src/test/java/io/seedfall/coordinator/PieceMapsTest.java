package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.PieceMap;
import io.seedfall.control.PiecesView;
import org.junit.jupiter.api.Test;

final class PieceMapsTest {
  private static final PieceMap SOME = PieceMap.of(8, new byte[] {(byte) 0x81});
  private static final PieceMap MORE = PieceMap.of(8, new byte[] {(byte) 0xc1});
  private final PieceMaps maps = new PieceMaps(1, PieceMaps.BYTES_MAX);

  private static MachineReport report(String deployment, MachinePhase phase, PieceMap pieces) {
    return new MachineReport(deployment, phase, "", 1, 0, 0, 0, 0, MachineDetail.NONE, pieces);
  }

  private void fetching(String agent, PieceMap pieces) {
    maps.heard(agent, report("d1", MachinePhase.FETCHING, pieces));
  }

  @Test
  void theLatestWordOfEveryMachineIsTold() {
    fetching("a1", SOME);
    fetching("a2", SOME);
    fetching("a1", MORE);
    PiecesView all = maps.since("d1", 0);
    assertThat(all.cells()).isEqualTo(8);
    assertThat(all.machines()).containsEntry("a1", MORE.bits()).containsEntry("a2", SOME.bits());
  }

  @Test
  void onlyWhatIsNewIsToldToWhoeverHasSeenTheRest() {
    fetching("a1", SOME);
    long seen = maps.since("d1", 0).stamp();
    assertThat(maps.since("d1", seen).machines()).isEmpty();
    fetching("a2", SOME);
    PiecesView next = maps.since("d1", seen);
    assertThat(next.machines()).containsOnlyKeys("a2");
    assertThat(next.stamp()).isGreaterThan(seen);
  }

  @Test
  void whoHasEndedIsForgotten() {
    fetching("a1", SOME);
    maps.heard("a1", report("d1", MachinePhase.INSTALLED, PieceMap.NONE));
    assertThat(maps.since("d1", 0).machines()).isEmpty();
    assertThat(maps.since("d1", 0).cells()).isZero();
    maps.heard("a9", report("d9", MachinePhase.FAILED, PieceMap.NONE)); // never heard of
  }

  @Test
  void anAgentThatSaysNothingAboutPiecesIsLeftOut() {
    fetching("old", PieceMap.NONE);
    assertThat(maps.since("d1", 0).machines()).isEmpty();
  }

  @Test
  void aCoordinatorThatStartedLaterCountsFromAbove() {
    PieceMaps later = new PieceMaps(2, PieceMaps.BYTES_MAX);
    fetching("a1", SOME);
    assertThat(later.since("d1", 0).stamp()).isGreaterThan(maps.since("d1", 0).stamp());
  }

  @Test
  void whatWasSilentLongestGoesWhenThereIsNoRoom() {
    long one = 200L + SOME.bits().length();
    PieceMaps two = new PieceMaps(1, 2 * one);
    two.heard("a1", report("d1", MachinePhase.FETCHING, SOME));
    two.heard("a1", report("d2", MachinePhase.FETCHING, SOME));
    two.heard("a1", report("d1", MachinePhase.FETCHING, MORE)); // takes no more room
    assertThat(two.since("d1", 0).machines()).hasSize(1);
    two.heard("a1", report("d3", MachinePhase.FETCHING, SOME));
    assertThat(two.since("d2", 0).machines()).hasSize(0);
    assertThat(two.since("d3", 0).machines()).hasSize(1);
    two.heard("a1", report("d3", MachinePhase.INSTALLED, PieceMap.NONE));
    two.heard("a1", report("d4", MachinePhase.FETCHING, SOME));
    assertThat(two.since("d1", 0).machines()).hasSize(1);
  }
}
