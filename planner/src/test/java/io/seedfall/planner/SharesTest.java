package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a zone's uplink, or a deployment in sum, may move, and how it is divided. */
final class SharesTest {
  private static final long RATE = 16 * Cap.UPLINK_RATE_MIN;
  private static final CapScope ZONE_A = new CapScope.Uplink(Boundary.ZONE, "a");

  private final PlannerDrive drive = new PlannerDrive();

  @AfterEach
  void whatIsStoredIsWhatIsSoAndNothingIsGivenTwice() {
    drive.checkStore();
    drive.checkShares();
  }

  private static Division divided(int members, List<Division.Asker> askers) {
    return Division.of(RATE, members, askers);
  }

  private static Division.Asker asks(String name) {
    return new Division.Asker(name, false, true, 0);
  }

  private static Division.Asker hasAll(String name) {
    return new Division.Asker(name, true, true, 0);
  }

  private static long sum(Division division, int members) {
    long asking = division.asking().values().stream().mapToLong(Long::longValue).sum();
    return asking + division.idle() * (members - division.asking().size());
  }

  private AgentCaps.Share zoneOf(String name) {
    return drive.planner.capsOf(Objects.requireNonNull(drive.planner.agent(name)).facts()).zone();
  }

  private void machines(String zone, int count) {
    for (int i = 0; i < count; i++) {
      drive.machine(zone + i, Map.of("zone", zone, "rack", zone + i / 2));
    }
  }

  private static RolloutPlan atMost(long receivedBytesPerSecond) {
    return paced(new Pace(Pace.Priority.NORMAL, 0, receivedBytesPerSecond));
  }

  private static RolloutPlan paced(Pace pace) {
    RolloutPlan plain = RolloutPlan.PLAIN;
    return new RolloutPlan(
        plain.once(),
        plain.staged(),
        plain.waves(),
        plain.waveBy(),
        plain.gate(),
        plain.quorum(),
        plain.deadlineMillis(),
        pace);
  }

  // ---- arithmetic -------------------------------------------------------------------------

  @Test
  void whoAsksHasEqualPartsAndEverybodyHasSomething() {
    Division division = divided(3, List.of(asks("x"), asks("y")));
    assertThat(division.of("x")).isEqualTo(division.of("y")).isBetween(RATE * 15 / 32, RATE / 2);
    assertThat(division.of("z")).isEqualTo(division.idle()).isEqualTo(RATE / 16 / 4);
    assertThat(sum(division, 3)).isLessThanOrEqualTo(RATE);
  }

  @Test
  void halfIsForThoseThatHaveEverythingAndAllOfItWhereThereAreOnlyTheOnes() {
    List<Division.Asker> askers = new ArrayList<>(List.of(hasAll("x")));
    assertThat(divided(9, askers).of("x")).isGreaterThan(RATE * 15 / 16);
    for (int i = 0; i < 8; i++) {
      askers.add(asks("y" + i));
    }
    Division division = divided(9, askers);
    assertThat(division.of("x")).isBetween(RATE * 15 / 32, RATE / 2);
    assertThat(division.of("y0")).isBetween(RATE * 15 / 32 / 8, RATE / 16);
    assertThat(sum(division, 9)).isLessThanOrEqualTo(RATE);
  }

  @Test
  void whoIsOutOfReachKeepsWhatItWasTold() {
    Division division =
        divided(3, List.of(asks("x"), new Division.Asker("gone", false, false, RATE / 2)));
    assertThat(division.of("gone")).isEqualTo(RATE / 2);
    assertThat(division.of("x")).isLessThan(RATE / 2).isGreaterThan(RATE * 7 / 16);
    assertThat(sum(division, 3)).isLessThanOrEqualTo(RATE);
  }

  @Test
  void whereOthersHaveAllOfItNobodyHasNothing() {
    Division division =
        divided(3, List.of(asks("x"), new Division.Asker("gone", false, false, 2 * RATE)));
    assertThat(division.of("x")).isEqualTo(division.idle()).isPositive();
    assertThat(division.of("gone")).isBetween(RATE * 15 / 16, RATE);
    assertThat(sum(division, 3)).isLessThanOrEqualTo(RATE);
    assertThat(Division.of(1, 10_000, List.of(asks("x"))).of("y")).isEqualTo(1);
  }

  @Test
  void ofMoreThanSoManyAShareIsRoundedSoThatItChangesSeldom() {
    for (int count = 1; count <= 2_000; count++) {
      List<Division.Asker> askers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        askers.add(asks("x" + i));
      }
      Division division = divided(count, askers);
      assertThat(sum(division, count))
          .as(count + " askers")
          .isBetween(RATE * (count <= Division.EXACT_MAX ? 93 : 87) / 100, RATE);
    }
    assertThat(ofMany(1_000).of("x0")).isEqualTo(ofMany(1_001).of("x0"));
    assertThat(ofMany(Division.EXACT_MAX).of("x0")).isNotEqualTo(ofMany(15).of("x0"));
  }

  private static Division ofMany(int count) {
    List<Division.Asker> askers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      askers.add(asks("x" + i));
    }
    return divided(1_500, askers);
  }

  @Test
  void thereIsSomethingForOneMoreThanThereAre() {
    assertThat(divided(7, List.of()).isCrowded(8)).isFalse();
    assertThat(divided(7, List.of()).isCrowded(9)).isTrue();
    assertThat(divided(0, List.of()).isCrowded(1)).isFalse();
  }

  @Test
  void anUplinksCapHasALeastRate() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Cap(ZONE_A, Cap.UPLINK_RATE_MIN - 1))
        .withMessageContaining("expected: 1048576 or more");
    assertThat(new Cap(ZONE_A, Cap.UPLINK_RATE_MIN).scope().selector()).isEqualTo("zone=a");
  }

  // ---- uplinks ----------------------------------------------------------------------------

  @Test
  void theMachinesOfAZoneAreToldTheirSharesAndNobodyElse() {
    machines("a", 2);
    machines("b", 1);
    List<String> lines = drive.handle(new PlannerEvent.CapRequested(ZONE_A, RATE));
    long idle = RATE / 16 / 4;
    String share = " zone " + idle + "/" + idle;
    assertThat(lines)
        .containsExactly(
            "store cap uplink zone=a " + RATE,
            "accepted ",
            "a0: cap 0" + share,
            "a1: cap 0" + share);
    assertThat(drive.handle(new PlannerEvent.CapRequested(ZONE_A, 0)))
        .containsExactly("store cap uplink zone=a 0", "accepted ", "a0: cap 0", "a1: cap 0");
    assertThat(drive.handle(new PlannerEvent.CapRequested(ZONE_A, 0)).getFirst())
        .startsWith("refused  NOTHING_TO_CHANGE there is no cap of the uplink of zone=a");
  }

  @Test
  void whatComesInIsForThoseThatFetchAndWhatGoesOutForThoseThatOthersWait() {
    drive.publisher("p");
    machines("a", 3);
    machines("b", 1);
    drive.handle(new PlannerEvent.CapRequested(ZONE_A, RATE));
    drive.now += Division.MILLIS_MIN;
    drive.deploy("d1", "all");
    AgentCaps.Share all = zoneOf("a0");
    assertThat(all.receiveBytesPerSecond()).isBetween(RATE * 15 / 16 / 3, RATE / 3);
    assertThat(all.sendBytesPerSecond()).isEqualTo(all.receiveBytesPerSecond());
    drive.installed("d1", "a0", "a1");
    drive.pass(Division.MILLIS_MIN);
    assertThat(zoneOf("a0").receiveBytesPerSecond()).isEqualTo(RATE / 16 / 4);
    assertThat(zoneOf("a2").receiveBytesPerSecond()).isGreaterThan(RATE * 15 / 16);
    drive.installed("d1", "b0"); // nobody outside wants anything any more
    drive.pass(Division.MILLIS_MIN);
    assertThat(zoneOf("a0").sendBytesPerSecond()).isEqualTo(RATE / 16 / 4);
    assertThat(zoneOf("a2").receiveBytesPerSecond()).isGreaterThan(RATE * 15 / 16);
  }

  @Test
  void aRacksUplinkIsAnother() {
    drive.publisher("p");
    machines("a", 4);
    drive.handle(new PlannerEvent.CapRequested(new CapScope.Uplink(Boundary.RACK, "a0"), RATE));
    drive.handle(new PlannerEvent.CapRequested(ZONE_A, 2 * RATE));
    drive.now += Division.MILLIS_MIN;
    drive.deploy("d1", "all");
    AgentCaps caps = capsOf("a0");
    assertThat(caps.rack().receiveBytesPerSecond()).isBetween(RATE * 15 / 32, RATE / 2);
    assertThat(caps.zone().receiveBytesPerSecond()).isBetween(RATE * 15 / 32, RATE / 2);
    assertThat(capsOf("a2").rack()).isEqualTo(AgentCaps.Share.OPEN);
    // Inside the zone nobody is outside; out of the rack there are two.
    assertThat(caps.zone().sendBytesPerSecond()).isEqualTo(2 * RATE / 16 / 8);
    assertThat(caps.rack().sendBytesPerSecond()).isGreaterThan(RATE * 15 / 32);
  }

  private AgentCaps capsOf(String name) {
    return drive.planner.capsOf(Objects.requireNonNull(drive.planner.agent(name)).facts());
  }

  @Test
  void nothingIsDividedAnewMoreOftenThanOnceInASecond() {
    drive.publisher("p");
    machines("a", 3);
    drive.deploy("d1", "all");
    drive.handle(new PlannerEvent.CapRequested(ZONE_A, RATE));
    drive.now += Division.MILLIS_MIN - 1;
    assertThat(drive.installed("d1", "a0")).noneMatch(line -> line.contains("cap"));
    drive.now += 1;
    assertThat(drive.installed("d1", "a1").stream().filter(line -> line.contains(": cap")))
        .hasSize(3)
        .last() // who gets less hears it first
        .asString()
        .startsWith("a2");
  }

  @Test
  void whoLeavesKeepsItsShareForAMinuteAndThenOthersHaveIt() {
    drive.publisher("p");
    machines("a", 2);
    drive.deploy("d1", "all");
    drive.handle(new PlannerEvent.CapRequested(ZONE_A, RATE));
    AgentCaps.Share half = zoneOf("a0");
    drive.leave("a1");
    drive.pass(Division.KEPT_MILLIS - 1);
    assertThat(zoneOf("a0")).isEqualTo(half);
    assertThat(zoneOf("a1")).isEqualTo(half); // what it would be told with its welcome
    drive.pass(1);
    drive.pass(Division.MILLIS_MIN);
    assertThat(zoneOf("a0").receiveBytesPerSecond()).isGreaterThan(RATE * 15 / 16);
    assertThat(zoneOf("a1").receiveBytesPerSecond()).isEqualTo(RATE / 16 / 4);
  }

  @Test
  void moreMachinesThanThereWasSomethingForAreASurpriseThatOthersPayAtOnce() {
    machines("a", 1);
    drive.handle(new PlannerEvent.CapRequested(ZONE_A, RATE));
    assertThat(zoneOf("a0").sendBytesPerSecond()).isEqualTo(RATE / 16 / 2);
    drive.machine("a1", Map.of("zone", "a"));
    assertThat(zoneOf("a0").sendBytesPerSecond()).isEqualTo(RATE / 16 / 2);
    assertThat(drive.machine("a2", Map.of("zone", "a")))
        .anyMatch(line -> line.startsWith("a0: cap"));
    assertThat(zoneOf("a2").sendBytesPerSecond()).isEqualTo(RATE / 16 / 4);
  }

  @Test
  void afterARestartWhoIsNotBackYetHasItsShare() {
    drive.publisher("p");
    machines("a", 2);
    drive.deploy("d1", "all");
    drive.handle(new PlannerEvent.CapRequested(ZONE_A, RATE));
    AgentCaps.Share half = zoneOf("a0");
    PlannerDrive after = drive.restarted();
    assertThat(after.planner.caps()).containsExactly(new Cap(ZONE_A, RATE));
    assertThat(
            after
                .planner
                .capsOf(Objects.requireNonNull(after.planner.agent("a0")).facts())
                .zone()
                .receiveBytesPerSecond())
        .isEqualTo(half.receiveBytesPerSecond());
  }

  // ---- a deployment in sum ----------------------------------------------------------------

  private static List<String> paces(List<String> lines) {
    return lines.stream().filter(line -> line.contains(" in ")).toList();
  }

  @Test
  void everyMachineIsAssignedItsShareOfTheSum() {
    drive.publisher("p");
    drive.machines("a", "b");
    long share = RATE / 16 / 4 + (RATE - RATE / 16) / 2;
    assertThat(paces(drive.deploy("d1", atMost(RATE))))
        .containsExactly(
            "a: assign d1 with p* b in " + share, "b: assign d1 with p* a in " + share);
    drive.now += Division.MILLIS_MIN - 1;
    assertThat(paces(drive.installed("d1", "a"))).isEmpty();
    assertThat(paces(drive.pass(1)))
        .containsExactly("b: pace d1 in " + (RATE / 16 / 4 + RATE - RATE / 16));
  }

  @Test
  void whoComesLaterBeginsWithWhatIsKeptForItAndThenHasAsMuchAsOthers() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", atMost(RATE));
    assertThat(paces(drive.join("c")))
        .singleElement()
        .asString()
        .startsWith("c: assign d1")
        .endsWith(" in " + RATE / 16 / 4);
    List<String> lines = paces(drive.pass(Division.MILLIS_MIN));
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("a: pace d1 in ");
    assertThat(lines.getLast()).startsWith("c: pace d1 in ");
  }

  @Test
  void theSumIsChangedAndLiftedWhileItRunsAndAMachinesOwnRateStays() {
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", "all");
    assertThat(
            drive.handle(
                new PlannerEvent.PaceRequested("d1", new Pace(Pace.Priority.NORMAL, 7, RATE))))
        .contains("a: pace d1 7 in " + (RATE / 16 / 2 + RATE - RATE / 16));
    assertThat(
            drive.handle(new PlannerEvent.PaceRequested("d1", new Pace(Pace.Priority.NORMAL, 7))))
        .contains("a: pace d1 7");
    assertThat(drive.running("d1").pace().receivedBytesPerSecond()).isZero();
  }

  @Test
  void whoServesIsNotHeldBackByTheSum() {
    drive.publisher("p");
    drive.machines("a");
    assertThat(drive.deploy("d1", atMost(RATE))).contains("p: seed source to a");
  }

  @Test
  void whoIsPausedIsNotDividedFor() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", atMost(RATE));
    drive.handle(new PlannerEvent.PauseRequested("d1", true));
    drive.installed("d1", "a");
    assertThat(paces(drive.pass(10 * Division.MILLIS_MIN))).isEmpty();
    assertThat(paces(drive.handle(new PlannerEvent.PauseRequested("d1", false)))).isNotEmpty();
  }

  @Test
  void afterARestartTheSumIsDividedAsBefore() {
    drive.publisher("p");
    drive.machines("a", "b");
    drive.deploy("d1", atMost(RATE));
    PlannerDrive after = drive.restarted();
    after.publisher("p");
    assertThat(paces(after.join("a")))
        .anyMatch(line -> line.endsWith(" in " + (RATE / 16 / 4 + (RATE - RATE / 16) / 2)));
  }

  @Test
  void whoMayReceiveLittleIsGivenMoreTime() {
    drive.publisher("p");
    drive.machines("a");
    drive.deploy("d1", atMost(1 << 14)); // of pieces of 1 MiB: one in a little more than a minute
    drive.report("a", "d1", MachineState.FETCHING, "", 0);
    drive.pass(PlannerDrive.SETTINGS.stallMillisMax());
    assertThat(drive.running("d1").count(MachineState.FAILED)).isZero();
    drive.pass(Planner.SLOW_PIECES * 1_000L * (1 << 20) / (1 << 14) * 2);
    assertThat(drive.running("d1").count(MachineState.FAILED)).isEqualTo(1);
  }
}
