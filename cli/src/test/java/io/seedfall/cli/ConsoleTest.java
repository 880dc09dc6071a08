package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  @Test
  void dumbTerminalsAndBuildsGetLinesThatStay() {
    assertThat(Console.canRedraw(Map.of("TERM", "xterm"))).isTrue();
    assertThat(Console.canRedraw(Map.of())).isTrue();
    assertThat(Console.canRedraw(Map.of("CI", "false"))).isTrue();
    assertThat(Console.canRedraw(Map.of("TERM", "dumb"))).isFalse();
    assertThat(Console.canRedraw(Map.of("TERM", "xterm", "CI", "true"))).isFalse();
  }

  @Test
  void onATerminalTheLiveLineIsDrawnOverAndCoversTheOneBefore() {
    RecordedConsole recorded = new RecordedConsole(true);
    recorded.console().live("half way");
    recorded.console().live("done");
    assertThat(recorded.notes()).isEqualTo("\rhalf way\rdone    ");
  }

  @Test
  void anythingElseIsPrintedAfterTheLiveLineIsGone() {
    RecordedConsole recorded = new RecordedConsole(true);
    recorded.console().live("half");
    recorded.console().answer("result");
    assertThat(recorded.notes()).isEqualTo("\rhalf\r    \r");
    assertThat(recorded.answer()).isEqualTo("result\n");
  }

  @Test
  void inAPipeEveryUpdateIsALine() {
    RecordedConsole recorded = new RecordedConsole(false);
    recorded.console().live("half way");
    recorded.console().live("done");
    assertThat(recorded.noteLines()).containsExactly("half way", "done");
  }

  @Test
  void jsonIsOneLineOnStandardOutput() {
    RecordedConsole recorded = new RecordedConsole(false);
    recorded.console().json(Map.of("event", "listening"));
    assertThat(recorded.answer()).isEqualTo("{\"event\":\"listening\"}\n");
    assertThat(recorded.notes()).isEmpty();
  }
}
