package io.seedfall.protocol;

import org.junit.jupiter.api.Test;

final class PurityTest {
  @Test
  void theProtocolDependsOnValuesOnly() {
    PurityRules.check("io.seedfall.protocol");
  }
}
