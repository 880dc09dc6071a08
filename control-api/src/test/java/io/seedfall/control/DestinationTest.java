package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DestinationTest {
  @Test
  void aPathInsideARootIsTaken() {
    for (String good :
        List.of("x", "models/current.bin", "a/b/c", "..a/b..", "ü/日本 x", ".hidden")) {
      assertThat(Destination.parse(good).path()).isEqualTo(good);
    }
    assertThat(Destination.parse("a/b").parts()).containsExactly("a", "b");
  }

  @Test
  void aPathThatCouldLeaveTheRootIsRefused() {
    for (String bad :
        List.of(
            "",
            "/",
            "a/",
            "a//b",
            ".",
            "..",
            "../x",
            "a/../b",
            "a/..",
            "./a",
            "a/.",
            "a\0b",
            "a\nb",
            "a\u007fb",
            "\ud800")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> Destination.parse(bad))
          .withMessageContaining("destination")
          .matches(e -> e.toString().chars().noneMatch(Character::isISOControl));
    }
  }

  @Test
  void anAbsolutePathIsRefusedWithAHint() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Destination.parse("/srv/models/x"))
        .withMessageContaining("without the leading /");
  }

  @Test
  void partsAndPathsEndAtTheirLimitsInBytes() {
    String part = "é".repeat(127) + "x";
    assertThat(Destination.parse(part).parts()).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Destination.parse(part + "x"));
    String path = ("a".repeat(127) + "/").repeat(7) + "a".repeat(128);
    assertThat(Destination.parse(path).path()).hasSize(Destination.PATH_BYTES_MAX);
    assertThatIllegalArgumentException().isThrownBy(() -> Destination.parse(path + "a"));
  }
}
