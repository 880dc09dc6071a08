package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a rollout and its parts take, from both sides of each limit. */
final class RolloutTest {
  @Test
  void amountsAreNumbersOrShares() {
    assertThat(Amount.parse("5")).isEqualTo(new Amount(5, false)).hasToString("5");
    assertThat(Amount.parse("100%")).isEqualTo(Amount.ALL).hasToString("100%");
    for (String bad : List.of("", "%", "-1", "101%", "1.5", "10 %", "12345678", "x")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> Amount.parse(bad))
          .withMessageContaining("expected: a number of machines");
    }
  }

  @Test
  void sharesAreRoundedTowardsWhatIsAsked() {
    assertThat(Amount.parse("10%").atLeast(11)).isEqualTo(2);
    assertThat(Amount.parse("10%").atMost(11)).isEqualTo(1);
    assertThat(Amount.parse("100%").atLeast(2_000_000_000)).isEqualTo(2_000_000_000);
    assertThat(Amount.parse("5").atLeast(3)).isEqualTo(3);
    assertThat(Amount.parse("5").atMost(9)).isEqualTo(5);
    assertThat(Amount.parse("0%").atLeast(9)).isZero();
  }

  @Test
  void limitsHoldFromBothSides() {
    rollout(Collections.nCopies(Rollout.WAVES_MAX, "1"), "", Rollout.MILLIS_MAX, "");
    refused("waves: 33", Collections.nCopies(Rollout.WAVES_MAX + 1, "1"), "", 0, "");
    refused("soakMillis", List.of(), "", Rollout.MILLIS_MAX + 1, "");
    refused("waves and waveBy", List.of("1"), "zone", 0, "");
    refused("waveBy", List.of(), "../x", 0, "");
    refused("healthHook", List.of(), "", 0, "../sh");
    assertThatIllegalArgumentException().isThrownBy(() -> new Hooks("a/b", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pace(Priority.LOW, -1, false));
  }

  @Test
  void attributesAreChecked() {
    new FileAttributes("root", "0", "0644", 1, Map.of("user.a", "b"));
    for (FileAttributesArguments bad :
        List.of(
            new FileAttributesArguments("a b", "", 0, Map.of()),
            new FileAttributesArguments("", "999", 0, Map.of()),
            new FileAttributesArguments("", "4755", 0, Map.of()),
            new FileAttributesArguments("", "", -1, Map.of()),
            new FileAttributesArguments("", "", 0, Map.of("security.x", "b")),
            new FileAttributesArguments(
                "", "", 0, Map.of("user.x", "x".repeat(FileAttributes.XATTR_CHARS_MAX + 1))))) {
      assertThatIllegalArgumentException()
          .as(bad.toString())
          .isThrownBy(() ->
              new FileAttributes(bad.owner(), "", bad.mode(), bad.modifiedMillis(), bad.xattrs()));
    }
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < FileAttributes.XATTRS_MAX; i++) {
      many.put("user.x" + i, "v");
    }
    new FileAttributes("", "", "", 0, many);
    many.put("user.more", "v");
    assertThatIllegalArgumentException().isThrownBy(() -> new FileAttributes("", "", "", 0, many));
  }

  private record FileAttributesArguments(
      String owner, String mode, long modifiedMillis, Map<String, String> xattrs) {}

  private static void refused(
      String words, List<String> waves, String waveBy, long soakMillis, String healthHook) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rollout(waves, waveBy, soakMillis, healthHook))
        .withMessageContaining(words);
  }

  private static void rollout(
      List<String> waves, String waveBy, long soakMillis, String healthHook) {
    new Rollout(
        false,
        false,
        waves,
        waveBy,
        "100%",
        soakMillis,
        healthHook,
        "",
        OnFailure.STOP,
        "100%",
        0,
        Pace.FREE,
        Hooks.NONE,
        FileAttributes.NONE);
  }
}
