package io.seedfall.planner;

import io.seedfall.protocol.PurityRules;
import org.junit.jupiter.api.Test;

final class PurityTest {
  @Test
  void thePlannerDependsOnValuesOnly() {
    PurityRules.check("io.seedfall.planner", "io.seedfall.protocol");
  }
}
