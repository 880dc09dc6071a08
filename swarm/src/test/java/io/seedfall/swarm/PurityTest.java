package io.seedfall.swarm;

import io.seedfall.protocol.PurityRules;
import org.junit.jupiter.api.Test;

final class PurityTest {
  @Test
  void theSwarmDependsOnValuesOnly() {
    PurityRules.check("io.seedfall.swarm", "io.seedfall.protocol");
  }
}
