package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProblemTest {
  @Test
  void everyCodeHasItsWordsAndNoTwoAreOne() throws IllegalAccessException {
    Set<String> codes = new HashSet<>();
    for (Field field : Problem.class.getDeclaredFields()) {
      boolean constant = Modifier.isStatic(field.getModifiers());
      if (constant && !Set.of("TYPE_PREFIX", "CONTENT_TYPE").contains(field.getName())) {
        String code = (String) field.get(null);
        assertThat(codes.add(code)).as(code).isTrue();
        assertThat(ProblemWords.codes()).as("codes with words").contains(code);
        assertThat(ProblemWords.of(code).status()).as(code).isBetween(400, 599);
      }
    }
    assertThat(codes).contains(Problem.BUSY).hasSizeGreaterThan(20);
  }

  @Test
  void theLineSaysWhatToDoUnlessThatIsPlain() {
    Problem usual = Problem.of(503, Problem.BUSY, "no time");
    assertThat(usual.type()).isEqualTo("urn:seedfall:problem:busy");
    assertThat(usual.line()).isEqualTo("no time: try again in a few seconds");
    assertThat(Problem.of(503, Problem.BUSY, "no time", "wait").line()).isEqualTo("no time: wait");
    assertThat(Problem.of(400, Problem.MALFORMED, "odd").line()).isEqualTo("odd");
    assertThat(new Problem("", "", 0, "odd", "", "of_tomorrow").line()).isEqualTo("odd");
    assertThat(Problem.of(400, "of_tomorrow", "odd").action()).isNotEmpty();
  }
}
