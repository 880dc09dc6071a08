package io.seedfall.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EventStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static EventStream<Reset> stream(InputStream in) {
    return new EventStream<>(in, Reset.class, "before", EventStream.SILENCE_MILLIS_MAX);
  }

  private static EventStream<Reset> stream(String text) {
    return stream(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  @Test
  void eventsCommentsAndIdsAreReadAsTheStandardSays() throws InterruptedException {
    String text =
        """
        : hello

        id: 1
        event: change
        data: {"why":
        data: "one"}

        id:2
        : nothing new

        event: reset\r
        data:{"why":"two"}\r
        \r
        event: of tomorrow
        data: {}

        event: change
        data: {"why":"cut
        """;
    try (EventStream<Reset> stream = stream(text)) {
      assertThat(stream.next(PATIENCE)).isEqualTo(new Heard.Changed<>(new Reset("one")));
      assertThat(stream.next(PATIENCE)).isEqualTo(new Heard.Missed<>("two"));
      assertThat(stream.next(PATIENCE)).isEqualTo(new Heard.Nothing<>());
      assertThat(stream.next(PATIENCE)).isInstanceOf(Heard.Ended.class);
      assertThat(stream.lastId()).isEqualTo("2");
      assertThat(stream.next(PATIENCE)).as("for ever").isInstanceOf(Heard.Ended.class);
    }
  }

  @Test
  void whatIsNoEventEndsIt() throws InterruptedException {
    for (String bad : new String[] {"<html>", "data: {}\nevent: change\n\n", ""}) {
      try (EventStream<Reset> stream = stream(bad)) {
        assertThat(stream.next(PATIENCE)).as(bad).isInstanceOf(Heard.Ended.class);
        assertThat(stream.lastId()).isEqualTo("before");
      }
    }
  }

  @Test
  void linesEndAtTheirLimit() throws InterruptedException {
    String most = "x".repeat(EventStream.LINE_BYTES_MAX);
    String event = "\nevent: change\ndata: {\"why\":\"w\"}\n\n";
    try (EventStream<Reset> stream = stream(most + event)) {
      assertThat(stream.next(PATIENCE)).isInstanceOf(Heard.Changed.class);
    }
    try (EventStream<Reset> stream = stream(most + "x" + event)) {
      assertThat(stream.next(PATIENCE))
          .isInstanceOfSatisfying(
              Heard.Ended.class, ended -> assertThat(ended.why()).contains("a line of more"));
    }
  }

  @Test
  void aStreamThatNobodyTakesFromIsNotReadOn() throws Exception {
    byte[] event = "event: change\ndata: {\"why\":\"w\"}\n\n".getBytes(UTF_8);
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return event[at++ % event.length];
          }

          @Override
          public int read(byte[] to, int from, int length) {
            for (int i = 0; i < length; i++) {
              to[from + i] = (byte) read();
            }
            return length;
          }

          @Override
          public int available() {
            return at;
          }
        };
    try (EventStream<Reset> stream = stream(endless)) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(stream.next(PATIENCE)).isInstanceOf(Heard.Changed.class);
      }
    }
    int read = endless.available();
    assertThat(read)
        .as("what was taken, a few more, and what is buffered")
        .isLessThan(1_010 * event.length + 3 * 8_192);
  }

  @Test
  void silenceIsTheEnd() throws IOException, InterruptedException {
    try (PipedOutputStream out = new PipedOutputStream();
        EventStream<Reset> stream =
            new EventStream<>(new PipedInputStream(out), Reset.class, "", 100)) {
      Heard<Reset> heard = stream.next(Duration.ofMillis(1));
      while (heard instanceof Heard.Nothing<Reset>) {
        heard = stream.next(Duration.ofMillis(10));
      }
      assertThat(heard)
          .isInstanceOfSatisfying(
              Heard.Ended.class, ended -> assertThat(ended.why()).contains("silent"));
    }
  }
}
