package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Peers that mean harm, and clients that others wrote. Everyone honest finishes all the same. */
final class HostilePeersTest {
  private static final int KIB = 1024;
  private static final NetworkSettings RACK_100_MBIT = NetworkSettings.flat(12_500_000, 100_000);

  private static Scenario tenWith(Role... others) {
    Scenario scenario =
        Scenario.deploy(10, 8 * KIB * KIB).pieceBytes(64 * KIB).network(RACK_100_MBIT);
    for (Role other : others) {
      scenario.add(other);
    }
    return scenario;
  }

  @Test
  void poisonersAreFoundOutAndBannedAndNobodyElseIs() {
    SimulationResult result = tenWith(Role.POISONER, Role.POISONER, Role.POISONER).run();
    assertThat(result.finished()).isEqualTo(10);
    assertThat(result.bans()).isGreaterThanOrEqualTo(10);
  }

  @Test
  void stallersCostTimeAndNothingElse() {
    SimulationResult result = tenWith(Role.STALLER, Role.STALLER).run();
    assertThat(result.finished()).isEqualTo(10);
    assertThat(result.stalls()).isPositive();
    assertThat(result.bans()).isZero();
  }

  @Test
  void liarsWhoRejectEveryRequestAreOfNoConsequence() {
    SimulationResult result = tenWith(Role.LIAR, Role.LIAR).run();
    assertThat(result.finished()).isEqualTo(10);
    assertThat(result.bans()).isZero();
  }

  @Test
  void whoNeverReadsHoldsUpNobody() {
    SimulationResult result = tenWith(Role.SILENT_READER, Role.SILENT_READER).run();
    assertThat(result.finished()).isEqualTo(10);
  }

  @Test
  void aForeignSeedIsUsed() {
    SimulationResult result =
        tenWith(Role.FOREIGN_SEED).machine(0, machine -> machine.withLink(1_000_000)).run();
    assertThat(result.finished()).isEqualTo(10);
    assertThat(result.makespanNanos()).isLessThan(5_000_000_000L);
  }

  @Test
  void aForeignSeedAloneIsEnough() {
    SimulationResult result =
        Scenario.deploy(6, 4 * KIB * KIB)
            .pieceBytes(64 * KIB)
            .network(RACK_100_MBIT)
            .machine(0, machine -> machine.withRole(Role.FOREIGN_SEED))
            .run();
    assertThat(result.finished()).isEqualTo(6);
  }

  @Test
  void aForeignLeechIsServed() {
    SimulationResult result = tenWith(Role.FOREIGN_LEECH).run();
    assertThat(result.finished()).isEqualTo(10);
    assertThat(result.finishedAtNanos().get(11)).isPositive();
  }

  @Test
  void everythingHostileAtOnce() {
    SimulationResult result =
        tenWith(
                Role.POISONER,
                Role.STALLER,
                Role.LIAR,
                Role.SILENT_READER,
                Role.FOREIGN_LEECH,
                Role.FOREIGN_SEED)
            .run();
    assertThat(result.finished()).isEqualTo(10);
  }
}
