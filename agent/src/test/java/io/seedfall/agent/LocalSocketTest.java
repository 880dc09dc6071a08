package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.HandMadeCoordinator;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSocketTest {
  @TempDir Path temporary;
  private final Closer opened = new Closer();
  private Path state;

  @BeforeEach
  void startAgent() throws IOException {
    Path root = Files.createDirectory(temporary.resolve("root"));
    state = temporary.resolve("state");
    HandMadeCoordinator coordinator = opened.add(HandMadeCoordinator.start());
    opened.add(
        Agent.start(
            new AgentSettings(
                    CoordinatorAddresses.of(coordinator.address()),
                    "a1",
                    TestSource.loopback(),
                    root,
                    state,
                    Map.of(),
                    0,
                    0,
                    1)
                .withRehash(0)));
  }

  @AfterEach
  void endAll() {
    opened.close();
  }

  @Test
  void onlyTheOwnerMayUseIt() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.resolve("agent.sock"))))
        .isEqualTo("rw-------");
  }

  @Test
  void nonsenseIsAnsweredAsAnError() throws Exception {
    assertThat(ask("{\"seed\":\n")).startsWith("{\"error\":\"not a request");
    assertThat(ask("{}\n")).contains("error").contains("is not absolute");
    assertThat(ask("{\"seed\":\"relative\"}\n")).contains("is not absolute");
    assertThat(ask("{\"seed\":\"/\",\"name\":\"a/b\"}\n")).contains("error");
    assertThat(ask("{\"seed\":\"" + temporary + "/none\",\"name\":\"n\"}\n")).contains("error");
  }

  @Test
  void aRequestMayHaveSoManyBytesAndNoMore() throws Exception {
    String head = "{\"seed\":\"relative\",\"name\":\"";
    String tail = "\"}";
    int room = LocalSocket.REQUEST_BYTES_MAX - head.length() - tail.length();
    assertThat(ask(head + "x".repeat(room) + tail + "\n")).contains("is not absolute");
    assertThat(ask(head + "x".repeat(room + 1) + tail + "\n")).isEmpty();
  }

  @Test
  void soManyRequestsAreServedAtOnceAndTheNextOneWaits() throws Exception {
    List<SocketChannel> idle = new ArrayList<>();
    try {
      for (int i = 0; i < LocalSocket.REQUESTS_MAX - 1; i++) {
        idle.add(connect());
      }
      assertThat(ask("{}\n")).contains("error");
      idle.add(connect());
      try (SocketChannel waiting = connect()) {
        waiting.write(ByteBuffer.wrap("{}\n".getBytes(StandardCharsets.UTF_8)));
        idle.removeFirst().close();
        assertThat(answer(waiting)).contains("error");
      }
    } finally {
      for (SocketChannel channel : idle) {
        channel.close();
      }
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(state.resolve("agent.sock")));
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel = connect()) {
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return answer(channel);
    } catch (IOException cutOff) {
      return "";
    }
  }

  private static String answer(SocketChannel channel) throws IOException {
    return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
  }
}
