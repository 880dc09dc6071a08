package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CapsTest {
  private final PlannerDrive drive = new PlannerDrive();

  @AfterEach
  void whatIsStoredIsWhatIsSo() {
    drive.checkStore();
  }

  private List<String> cap(String selector, long bytesPerSecond) {
    return drive.handle(new PlannerEvent.CapRequested(new CapScope.Each(selector), bytesPerSecond));
  }

  private static Cap each(String selector, long bytesPerSecond) {
    return new Cap(new CapScope.Each(selector), bytesPerSecond);
  }

  private long capOf(PlannerDrive of, String name) {
    return of.planner
        .capsOf(Objects.requireNonNull(of.planner.agent(name)).facts())
        .bytesPerSecond();
  }

  @Test
  void aCapIsStoredBeforeItIsSaidToThoseWhomItConcernsAndToNobodyElse() {
    drive.machine("a1", Map.of("zone", "a"));
    drive.machine("b1", Map.of("zone", "b"));
    drive.publisher("p");
    assertThat(cap("zone=a", 7)).containsExactly("store cap zone=a 7", "accepted ", "a1: cap 7");
    assertThat(cap("all", 9)).containsExactly("store cap all 9", "accepted ", "b1: cap 9");
    assertThat(cap("zone=a", 8)).containsExactly("store cap zone=a 8", "accepted ", "a1: cap 8");
    assertThat(cap("all", 5))
        .containsExactly("store cap all 5", "accepted ", "a1: cap 5", "b1: cap 5");
    assertThat(cap("all", 0))
        .containsExactly("store cap all 0", "accepted ", "a1: cap 8", "b1: cap 0");
    assertThat(drive.planner.caps()).containsExactly(each("zone=a", 8));
  }

  @Test
  void whoJoinsLaterIsToldWithItsWelcomeByTheLabelsThatItHasThen() {
    cap("zone=a", 7);
    drive.machine("a1", Map.of("zone", "a"));
    assertThat(capOf(drive, "a1")).isEqualTo(7);
    drive.leave("a1");
    assertThat(cap("zone=a", 6)).containsExactly("store cap zone=a 6", "accepted ");
    assertThat(drive.machine("a1", Map.of("zone", "a"))).noneMatch(line -> line.contains("cap"));
    assertThat(capOf(drive, "a1")).isEqualTo(6);
    drive.leave("a1");
    drive.machine("a1", Map.of("zone", "b"));
    assertThat(capOf(drive, "a1")).isZero();
  }

  @Test
  void aPublisherHasNone() {
    drive.publisher("p");
    assertThat(cap("all", 7)).containsExactly("store cap all 7", "accepted ");
    assertThat(capOf(drive, "p")).isZero();
  }

  @Test
  void capsAreThereAfterARestart() {
    drive.machine("a1", Map.of("zone", "a"));
    cap("zone=a", 7);
    cap("all", 9);
    PlannerDrive after = drive.restarted();
    assertThat(after.planner.caps()).containsExactly(each("all", 9), each("zone=a", 7));
    assertThat(capOf(after, "a1")).isEqualTo(7);
    after.checkStore();
  }

  @Test
  void whatIsSoAlreadyIsRefused() {
    assertThat(cap("all", 0).getFirst())
        .startsWith("refused  NOTHING_TO_CHANGE there is no cap of all");
    cap("all", 7);
    assertThat(cap("all", 7).getFirst()).startsWith("refused  NOTHING_TO_CHANGE the cap of all is");
  }

  @Test
  void soManyCapsAreKeptAndNoMore() {
    for (int i = 0; i < Caps.CAPS_MAX; i++) {
      assertThat(cap("zone=z" + i, 7)).hasSize(2);
    }
    assertThat(cap("zone=more", 7).getFirst()).startsWith("refused  LIMIT_REACHED 100 caps");
    assertThat(cap("zone=z0", 8)).hasSize(2);
    cap("zone=z0", 0);
    assertThat(cap("zone=more", 7)).hasSize(2);
  }

  @Test
  void aCapOfNothingIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> each("all", 0));
    assertThat(each("all", 1).bytesPerSecond()).isEqualTo(1);
  }
}
