package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SelectorTest {
  private static final Map<String, String> SEARCH_A = Map.of("role", "search", "zone", "a");

  @Test
  void allMatchesEveryMachine() {
    assertThat(Selector.parse("all").matches(SEARCH_A)).isTrue();
    assertThat(Selector.parse("all").matches(Map.of())).isTrue();
  }

  @Test
  void everyTermMustHold() {
    assertThat(Selector.parse("role=search").matches(SEARCH_A)).isTrue();
    assertThat(Selector.parse("role=search,zone=a").matches(SEARCH_A)).isTrue();
    assertThat(Selector.parse("role=search,zone=b").matches(SEARCH_A)).isFalse();
    assertThat(Selector.parse("role=search,zone!=b").matches(SEARCH_A)).isTrue();
    assertThat(Selector.parse("role=search,zone!=a").matches(SEARCH_A)).isFalse();
  }

  @Test
  void aMachineWithoutTheLabelIsUnequalToEverything() {
    assertThat(Selector.parse("zone=b").matches(Map.of())).isFalse();
    assertThat(Selector.parse("zone!=b").matches(Map.of())).isTrue();
  }

  @Test
  void spacesAroundTermsAreWrittenAway() {
    assertThat(Selector.parse(" role = search , zone != b ")).hasToString("role=search,zone!=b");
    assertThat(Selector.parse("all")).hasToString("all");
  }

  @Test
  void nonsenseIsRefusedInWords() {
    for (String bad :
        List.of(
            "",
            ",",
            "role",
            "role=",
            "=a",
            "!=a",
            "role==a",
            "role=a,",
            "all,role=a",
            "role=a,all",
            "role=a b",
            "ALL",
            "role~a",
            "role=a;zone=b",
            "rôle=a")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> Selector.parse(bad))
          .withMessageContaining("selector")
          .withMessageContaining("expected");
    }
  }

  @Test
  void termsEndAtTheirLimit() {
    assertThat(Selector.parse(terms(Selector.TERMS_MAX)).matches(Map.of())).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selector.parse(terms(Selector.TERMS_MAX + 1)))
        .withMessageContaining("at most 32");
  }

  private static String terms(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "k" + i + "!=v")
        .collect(Collectors.joining(","));
  }
}
