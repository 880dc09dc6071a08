package io.seedfall.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WebSocketFramesTest {
  private static final byte[] AGREED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".getBytes(US_ASCII);

  private final WebSocketFrames frames = new WebSocketFrames();

  /** A frame as a server sends it, without a mask. */
  private static byte[] sent(int first, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else if (payload.length < 65_536) {
      frame.put((byte) 126).putShort((short) payload.length);
    } else {
      frame.put((byte) 127).putLong(payload.length);
    }
    byte[] bytes = new byte[frame.put(payload).flip().remaining()];
    frame.get(bytes);
    return bytes;
  }

  @Test
  void messagesOfEveryLengthComeWholeHoweverTheyAreCut() throws Exception {
    int[] lengths = {0, 1, 125, 126, 65_535, 65_536, 200_000};
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(AGREED);
    for (int length : lengths) {
      all.write(sent(0x81, "x".repeat(length).getBytes(US_ASCII)));
    }
    List<Integer> came = new ArrayList<>();
    byte[] bytes = all.toByteArray();
    int step = 0;
    for (int at = 0; at < bytes.length; at += step) {
      step = Math.min(bytes.length - at, at < 1_000 ? 1 : 4_099);
      for (WebSocketFrames.Frame frame : frames.take(ByteBuffer.wrap(bytes, at, step))) {
        assertThat(frame.opcode()).isEqualTo(WebSocketFrames.TEXT);
        came.add(frame.text().length());
      }
    }
    assertThat(came).containsExactly(0, 1, 125, 126, 65_535, 65_536, 200_000);
  }

  @Test
  void aMessageInPartsIsOneAndAPingMayComeBetween() throws Exception {
    frames.take(ByteBuffer.wrap(AGREED));
    assertThat(frames.isUpgraded()).isTrue();
    assertThat(frames.take(ByteBuffer.wrap(sent(0x01, "ab".getBytes(US_ASCII))))).isEmpty();
    assertThat(frames.take(ByteBuffer.wrap(sent(0x89, new byte[0]))).getFirst().opcode())
        .isEqualTo(WebSocketFrames.PING);
    assertThat(frames.take(ByteBuffer.wrap(sent(0x80, "c".getBytes(US_ASCII)))).getFirst().text())
        .isEqualTo("abc");
  }

  @Test
  void whatIsSentIsMaskedAsTheStandardHasIt() {
    // RFC 6455, section 5.7: "Hello" in a masked frame.
    byte[] frame = new byte[11];
    WebSocketFrames.frame(WebSocketFrames.TEXT, "Hello".getBytes(US_ASCII), 0x37fa213d).get(frame);
    assertThat(frame)
        .inHexadecimal()
        .containsExactly(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    assertThat(WebSocketFrames.frame(WebSocketFrames.TEXT, new byte[125], 1).remaining())
        .isEqualTo(2 + 4 + 125);
    assertThat(WebSocketFrames.frame(WebSocketFrames.TEXT, new byte[126], 1).remaining())
        .isEqualTo(2 + 2 + 4 + 126);
    assertThat(WebSocketFrames.frame(WebSocketFrames.TEXT, new byte[65_536], 1).remaining())
        .isEqualTo(2 + 8 + 4 + 65_536);
  }

  @Test
  void anotherAnswerAndAMessageThatIsTooLargeAreRefused() throws Exception {
    assertThatThrownBy(
            () -> frames.take(ByteBuffer.wrap("HTTP/1.1 503 Busy\r\n\r\n".getBytes(US_ASCII))))
        .hasMessageContaining("503");
    WebSocketFrames others = new WebSocketFrames();
    others.take(ByteBuffer.wrap(AGREED));
    int most = WebSocketFrames.MESSAGE_BYTES_MAX;
    ByteBuffer head = ByteBuffer.allocate(10).put((byte) 0x81).put((byte) 127);
    assertThat(others.take(head.putLong(most).flip())).isEmpty();
    WebSocketFrames third = new WebSocketFrames();
    third.take(ByteBuffer.wrap(AGREED));
    ByteBuffer tooLarge = ByteBuffer.allocate(10).put((byte) 0x81).put((byte) 127);
    assertThatThrownBy(() -> third.take(tooLarge.putLong(most + 1).flip()))
        .hasMessageContaining("a message over");
  }
}
