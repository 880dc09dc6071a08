package io.seedfall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogFormatTest {
  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("io.seedfall.node.SwarmLoop");

  private JsonNode written(@Nullable Throwable thrown, String message, Object... arguments) {
    JsonEncoder encoder = LogSetup.json(context);
    LoggingEvent event = new LoggingEvent("test", logger, Level.WARN, message, thrown, arguments);
    String line = new String(encoder.encode(event), UTF_8);
    assertThat(line).endsWith("\n");
    assertThat(line.strip()).as("one line").doesNotContain("\n", "\r");
    return JsonMapper.builder().build().readTree(line);
  }

  @Test
  void aLineIsAnObjectWithTheMessageAsItReads() {
    JsonNode line = written(null, "cap: {} bytes a second", 7);
    assertThat(line.get("level").stringValue()).isEqualTo("WARN");
    assertThat(line.get("loggerName").stringValue()).isEqualTo("io.seedfall.node.SwarmLoop");
    assertThat(line.get("formattedMessage").stringValue()).isEqualTo("cap: 7 bytes a second");
    assertThat(line.get("timestamp").longValue()).isPositive();
    assertThat(line.has("threadName")).isTrue();
  }

  @Test
  void lineBreaksQuotesAndWhatIsNoTextStayInside() {
    String odd = "a\nb\r\nc \"d\" \\e \u0000 \u2028 \u001b[31m";
    assertThat(written(null, "said {}", odd).get("formattedMessage").stringValue())
        .isEqualTo("said " + odd);
  }

  @Test
  void aStackTraceStaysInsideWithItsCauses() {
    Exception thrown = new IllegalStateException("one\ntwo", new RuntimeException("the cause"));
    JsonNode trace = written(thrown, "failed").get("throwable");
    assertThat(trace.get("message").stringValue()).isEqualTo("one\ntwo");
    assertThat(trace.get("stepArray").size()).isPositive();
    assertThat(trace.get("cause").get("message").stringValue()).isEqualTo("the cause");
  }
}
