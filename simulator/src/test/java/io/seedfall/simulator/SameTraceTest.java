package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same seed gives the same trace, also in another JVM; another seed gives another. */
final class SameTraceTest {
  private static final int SECONDS_MAX = 300;

  /** A run with some of everything: deaths, jitter, a poisoner, a foreign client, a slow disk. */
  static SimulationResult eventful(long seed) {
    return eventfulScenario(seed).run();
  }

  private static Scenario eventfulScenario(long seed) {
    return Scenario.deploy(12, 8 << 20)
        .pieceBytes(64 << 10)
        .network(NetworkSettings.flat(12_500_000, 100_000).withJitterNanos(50_000))
        .add(Role.POISONER)
        .add(Role.FOREIGN_LEECH)
        .machine(3, machine -> machine.withDisk(10_000_000))
        .when(new Trigger.At(200_000_000), new Fault.Kill(5))
        .when(new Trigger.At(300_000_000), new Fault.Restart(5, true))
        .seed(seed);
  }

  /** What the second JVM runs. */
  public static void main(String[] arguments) {
    System.out.println(Long.toHexString(eventful(Long.parseLong(arguments[0])).traceHash()));
  }

  @Test
  void twoJvmsSeeTheSameTrace() throws IOException, InterruptedException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=2", // identity hash codes are all one: nothing may depend on them
                "-cp",
                System.getProperty("java.class.path"),
                SameTraceTest.class.getName(),
                "7")
            .redirectErrorStream(true)
            .start();
    try {
      String here = Long.toHexString(eventful(7).traceHash());
      String there =
          new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(other.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      assertThat(there).isEqualTo(here);
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void theTextOfATraceIsTheSameToo() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    eventfulScenario(7).trace(first::add).run();
    eventfulScenario(7).trace(second::add).run();
    assertThat(second).isEqualTo(first);
    assertThat(first).anyMatch(line -> line.contains("heard Haves["));
  }

  @Test
  void anotherSeedGivesAnotherTrace() {
    assertThat(eventful(8).traceHash()).isNotEqualTo(eventful(7).traceHash());
  }
}
