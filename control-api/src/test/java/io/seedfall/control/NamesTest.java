package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NamesTest {
  @Test
  void plainNamesAreTaken() {
    for (String good : List.of("a", "0", "model.bin", "a_b-c.9", "A")) {
      assertThat(Names.check("artifact", good)).isEqualTo(good);
    }
  }

  @Test
  void whatCouldMeanSomethingElsewhereIsRefused() {
    for (String bad :
        List.of("", ".", "..", "-rf", "_a", "a b", "a/b", "a@b", "a=b", "a,b", "é", "a\n", "a\0")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> Names.check("artifact", bad))
          .withMessageContaining("artifact")
          .matches(e -> e.toString().chars().noneMatch(Character::isISOControl));
    }
  }

  @Test
  void namesEndAtTheirLimit() {
    assertThat(Names.isName("a".repeat(Names.NAME_CHARS_MAX))).isTrue();
    assertThat(Names.isName("a".repeat(Names.NAME_CHARS_MAX + 1))).isFalse();
  }

  @Test
  void labelsEndAtTheirLimitAndAreNames() {
    assertThat(Names.checkLabels(labels(Names.LABELS_MAX))).hasSize(Names.LABELS_MAX);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Names.checkLabels(labels(Names.LABELS_MAX + 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> Names.checkLabels(Map.of("a=", "b")));
    assertThatIllegalArgumentException().isThrownBy(() -> Names.checkLabels(Map.of("a", "b c")));
  }

  @Test
  void anArtifactReferenceHasANameAndPerhapsAVersion() {
    assertThat(ArtifactReference.parse("model")).isEqualTo(new ArtifactReference("model", ""));
    assertThat(ArtifactReference.parse("model").newest()).isTrue();
    assertThat(ArtifactReference.parse("model@1.2"))
        .isEqualTo(new ArtifactReference("model", "1.2"))
        .hasToString("model@1.2");
    for (String bad : List.of("", "@", "@1", "model@", "a@b@c", "a/b@1", "model@1 2")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> ArtifactReference.parse(bad))
          .withMessageContaining("expected");
    }
  }

  private static Map<String, String> labels(int count) {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < count; i++) {
      labels.put("k" + i, "v");
    }
    return labels;
  }
}
