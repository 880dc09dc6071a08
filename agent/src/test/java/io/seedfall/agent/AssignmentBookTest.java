package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.Assignment;
import io.seedfall.control.Destination;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AssignmentBookTest {
  private static final InfoHash INFO_HASH = InfoHash.parse("ab".repeat(32));

  @Test
  void soManyAssignmentsAreAtWorkAndNoMore() {
    AssignmentBook book = new AssignmentBook();
    for (int i = 0; i < AssignmentBook.RUNNING_MAX; i++) {
      assertThat(book.conflict(Destination.parse("d" + i))).isNull();
      book.add(run("d" + i, "d" + i));
    }
    assertThat(book.conflict(Destination.parse("x"))).contains("256 assignments at work");
    finish(book.get("d0"));
    assertThat(book.conflict(Destination.parse("x"))).isNull();
  }

  @Test
  void theLatestFinishedOnesAreRemembered() {
    AssignmentBook book = new AssignmentBook();
    for (int i = 0; i <= AssignmentBook.FINISHED_MAX; i++) {
      AssignmentRun run = run("d" + i, "x");
      finish(run);
      book.add(run);
      assertThat(book.find("d0") == null).isEqualTo(i == AssignmentBook.FINISHED_MAX);
    }
    assertThat(book.all()).hasSize(AssignmentBook.FINISHED_MAX);
  }

  @Test
  void bytesAreCountedByWhoHadAFullCopyWhenWeFirstHeardOfThem() {
    AssignmentRun run = run("d1", "x", neighbour(1, true), neighbour(2, false));
    run.joined(progress(10, Map.of(endpoint(1), 10L)));
    run.introduce(List.of(neighbour(2, true), neighbour(3, true)));
    boolean changed =
        run.progressed(
            progress(
                160, Map.of(endpoint(1), 110L, endpoint(2), 20L, endpoint(3), 3L, endpoint(4), 7L)),
            1_000_000L,
            0);

    assertThat(changed).isTrue();
    MachineReport report = run.report(5_000_000L);
    assertThat(report.bytesFromHolders()).isEqualTo(103);
    assertThat(report.bytesFromPeers()).isEqualTo(27);
    assertThat(report.bytesDone()).isEqualTo(160);
    assertThat(report.elapsedMillis()).isEqualTo(5);
    assertThat(
            run.progressed(
                progress(
                    160,
                    Map.of(endpoint(1), 110L, endpoint(2), 20L, endpoint(3), 3L, endpoint(4), 7L)),
                1_000_000L,
                0))
        .isFalse();
  }

  @Test
  void whatCameBeforeWeHeardThatTheTransferIsOpenIsOurs() {
    AssignmentRun run = run("d1", "x", neighbour(1, true));
    run.joinedFromItsBeginning();
    run.joined(progress(10, Map.of(endpoint(1), 10L)));
    run.progressed(progress(30, Map.of(endpoint(1), 30L)), 1_000_000L, 0);
    assertThat(run.report(5_000_000L).bytesFromHolders()).isEqualTo(30);
  }

  @Test
  void theTimeOfAFetchIsToldApart() {
    AssignmentRun run = run("d1", "x", neighbour(1, true));
    run.enter(new AssignmentRun.Phase.Checking(), "there", 1_000_000L);
    run.enter(new AssignmentRun.Phase.Fetching(), "there", 3_000_000L);
    run.joinedFromItsBeginning();
    run.progressed(progress(30, Map.of(endpoint(1), 30L)), 10_000_000L, 50_000_000L);
    run.enter(new AssignmentRun.Phase.Preparing(0), "there", 150_000_000L);
    run.enter(new AssignmentRun.Phase.Installing(), "there", 151_000_000L);
    run.enter(new AssignmentRun.Phase.Finished(MachinePhase.INSTALLED, ""), "there", 153_000_000L);
    assertThat(run.report(200_000_000L).detail().millis())
        .isEqualTo(
            Map.of(
                "learning",
                1L,
                "checking",
                2L,
                "connecting",
                7L,
                "receiving",
                40L,
                "syncing",
                100L,
                "installing",
                3L));
  }

  @Test
  void impossibleStepsAreBugs() {
    AssignmentRun run = run("d1", "x");
    assertThatThrownBy(() -> run.enter(new AssignmentRun.Phase.Installing(), "no", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Learning");
    assertThatThrownBy(() ->
            run.enter(new AssignmentRun.Phase.Finished(MachinePhase.INSTALLED, "no"), "no", 0))
        .isInstanceOf(IllegalStateException.class);
    finish(run);
    assertThatThrownBy(() -> finish(run)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void neighboursOfAllDeploymentsAreOneListWithinItsLimits() {
    KeptVersion version = new KeptVersion(INFO_HASH, new KeptVersion.Phase.Learning());
    version.neighbours("d1", List.of(neighbour(1, true), neighbour(2, false)));
    version.neighbours("d2", List.of(neighbour(2, false), new Neighbour("bad", "nonsense", true)));
    assertThat(version.endpoints()).containsExactlyInAnyOrder(endpoint(1), endpoint(2));
    version.forgetNeighbours("d1");
    assertThat(version.endpoints()).containsExactly(endpoint(2));
    for (int i = 0; i < KeptVersion.NEIGHBOUR_LISTS_MAX - 1; i++) {
      version.neighbours("more" + i, List.of(neighbour(100 + i, false)));
    }
    assertThat(version.endpoints()).contains(endpoint(2));
    version.neighbours("beyond", List.of(neighbour(99, false)));
    assertThat(version.endpoints())
        .doesNotContain(endpoint(2))
        .hasSize(KeptVersion.NEIGHBOUR_LISTS_MAX);
    version.neighbours(
        "huge",
        java.util.stream.IntStream.rangeClosed(1_000, 1_000 + KeptVersion.NEIGHBOURS_MAX)
            .mapToObj(port -> neighbour(port, false))
            .toList());
    assertThat(version.endpoints()).hasSize(KeptVersion.NEIGHBOURS_MAX);
  }

  @Test
  void aVersionGoesNoImpossibleWay() {
    KeptVersion version = new KeptVersion(INFO_HASH, new KeptVersion.Phase.Learning());
    assertThatThrownBy(() -> version.enter(new KeptVersion.Phase.Learning(), "no"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(version.isComplete()).isFalse();
    assertThat(version.metainfo()).isNull();
  }

  private static void finish(AssignmentRun run) {
    run.enter(new AssignmentRun.Phase.Finished(MachinePhase.FAILED, "it did"), "it did", 0);
  }

  private static AssignmentRun run(String id, String where, Neighbour... neighbours) {
    Assignment assignment =
        new Assignment(id, "a", "1", INFO_HASH.hex(), 1, where, List.of(neighbours));
    return new AssignmentRun(assignment, Destination.parse(where), INFO_HASH, 0);
  }

  private static Neighbour neighbour(int port, boolean holdsAll) {
    return new Neighbour("n" + port, endpoint(port).toString(), holdsAll);
  }

  private static Endpoint endpoint(int port) {
    return new Endpoint("127.0.0.1", port);
  }

  private static TransferProgress progress(long verified, Map<Endpoint, Long> received) {
    return new TransferProgress(1_000, verified, 0, received, 0, 0, received.size(), 0, false);
  }
}
