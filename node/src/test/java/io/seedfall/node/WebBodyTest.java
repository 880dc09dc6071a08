package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.SelfSigned;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of web servers, right and wrong, written by hand. */
final class WebBodyTest {
  private static final WebSeedPatience LONG = new WebSeedPatience(60_000, 60_000, 1, 1, 1);
  private static final WebSeedPatience BRIEF = new WebSeedPatience(60_000, 50, 1, 1, 1);
  private static final int REDIRECTS_MAX = 5;
  private static final int SKIP_BYTES_MAX = 1 << 20;

  private final byte[] content = new byte[SKIP_BYTES_MAX + 1000];
  private HttpClient client;

  @BeforeEach
  void begin() {
    new SeededRandom(1).nextBytes(content);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void end() {
    client.shutdownNow();
    client.close();
  }

  private byte[] read(RawWebServer server, int offset, int length) throws IOException {
    return read(server.url() + "f", offset, length, LONG);
  }

  private byte[] read(String url, int offset, int length, WebSeedPatience patience)
      throws IOException {
    return readWith(client, url, offset, length, patience);
  }

  private byte[] readWith(
      HttpClient asking, String url, int offset, int length, WebSeedPatience patience)
      throws IOException {
    WebFiles.Range range = new WebFiles.Range(url, offset, length, content.length);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] chunk = new byte[777];
    try (WebBody body = WebBody.open(asking, range, patience)) {
      while (body.left() > 0) {
        read.write(chunk, 0, body.read(chunk, chunk.length));
      }
    }
    return read.toByteArray();
  }

  private byte[] part(int offset, int length) {
    return Arrays.copyOfRange(content, offset, offset + length);
  }

  private void assertRefused(RawWebServer.Answer answer, String why) throws IOException {
    try (RawWebServer server = new RawWebServer(answer)) {
      assertThatThrownBy(() -> read(server, 100, 2000))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(why);
    }
  }

  private RawWebServer secure(SelfSigned certificate) throws Exception {
    return RawWebServer.secure(
        certificate.shown(), (asked, out) -> RawWebServer.part(content, asked, out));
  }

  private byte[] readTrusting(SelfSigned certificate, RawWebServer server) throws Exception {
    try (HttpClient trusting = HttpClient.newBuilder().sslContext(certificate.trusted()).build()) {
      return readWith(trusting, server.url() + "f", 100, 2000, LONG);
    }
  }

  @Test
  void aCertificateThatIsTrustedIsTaken(@TempDir Path scratch) throws Exception {
    SelfSigned certificate = SelfSigned.of(scratch, "ip:127.0.0.1");
    try (RawWebServer server = secure(certificate)) {
      assertThat(readTrusting(certificate, server)).isEqualTo(part(100, 2000));
    }
  }

  @Test
  void aCertificateThatNobodyTrustsIsRefusedInWords(@TempDir Path scratch) throws Exception {
    try (RawWebServer server = secure(SelfSigned.of(scratch, "ip:127.0.0.1"))) {
      assertThatThrownBy(() -> read(server, 100, 2000))
          .isInstanceOf(IOException.class)
          .hasMessage("its certificate is signed by nobody whom this machine trusts");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefusedInWords(@TempDir Path scratch) throws Exception {
    SelfSigned certificate = SelfSigned.of(scratch, "ip:127.0.0.2");
    try (RawWebServer server = secure(certificate)) {
      assertThatThrownBy(() -> readTrusting(certificate, server))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("its certificate is refused: No subject alternative names")
          .hasMessageContaining("127.0.0.1");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void whatSpeaksNoTlsIsRefusedInWords() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> answerInPlainText(plain));
      String url = "https://127.0.0.1:" + plain.getLocalPort() + "/f";
      assertThatThrownBy(() -> read(url, 0, 1, LONG))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("TLS: ");
    }
  }

  private static void answerInPlainText(ServerSocket server) {
    try (Socket socket = server.accept()) {
      RawWebServer.status(400, socket.getOutputStream());
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the client went
    }
  }

  @Test
  void aRangeIsAskedForAndItsBytesAreRead() throws Exception {
    try (RawWebServer server =
        new RawWebServer((asked, out) -> RawWebServer.part(content, asked, out))) {
      assertThat(read(server, 100, 2000)).isEqualTo(part(100, 2000));
      assertThat(read(server, 0, 1)).isEqualTo(part(0, 1));
      assertThat(server.asked())
          .containsExactly(
              new RawWebServer.Asked("/f", 100, 2099), new RawWebServer.Asked("/f", 0, 0));
    }
  }

  @Test
  void anAnswerMayHoldFewerBytesFromTheSameBeginning() throws Exception {
    try (RawWebServer server =
        new RawWebServer((asked, out) ->
            RawWebServer.partAs(asked.first(), asked.first() + 9, content, asked, out))) {
      assertThat(read(server, 100, 2000)).isEqualTo(part(100, 10));
    }
  }

  @Test
  void ofAWholeFileSoMuchIsPassedOverAndNoMore() throws Exception {
    try (RawWebServer server = new RawWebServer((_, out) -> RawWebServer.whole(content, out))) {
      assertThat(read(server, 0, 100)).isEqualTo(part(0, 100));
      assertThat(read(server, SKIP_BYTES_MAX, 1000)).isEqualTo(part(SKIP_BYTES_MAX, 1000));
      assertThatThrownBy(() -> read(server, SKIP_BYTES_MAX + 1, 10))
          .hasMessageContaining("does not answer ranges");
    }
  }

  @Test
  void otherBytesThanThoseAskedForAreRefused() throws Exception {
    assertRefused(
        (asked, out) -> RawWebServer.partAs(101, 2099, content, asked, out), "another range");
    assertRefused(
        (asked, out) -> RawWebServer.partAs(100, 2100, content, asked, out), "another range");
    assertRefused(
        (asked, out) -> RawWebServer.part(Arrays.copyOf(content, 3000), asked, out),
        "3000 bytes, not " + content.length);
    assertRefused((_, out) -> RawWebServer.whole(new byte[99], out), "99 bytes, not ");
    assertRefused(
        (_, out) -> RawWebServer.say("HTTP/1.1 206 P\r\nContent-Length: 2000\r\n\r\n", out),
        "Content-Range");
    String head = "HTTP/1.1 206 P\r\nContent-Range: bytes 100-2099/*\r\n";
    assertRefused(
        (_, out) -> RawWebServer.say(head + "Content-Encoding: gzip\r\n\r\n", out),
        "Content-Encoding: gzip");
    assertRefused(
        (_, out) ->
            RawWebServer.say(
                head
                    + "Transfer-Encoding: chunked\r\n\r\n7d1\r\n"
                    + "x".repeat(2001)
                    + "\r\n0\r\n\r\n",
                out),
        "more bytes than were asked for");
  }

  @Test
  void anAnswerThatIsCutIsNoAnswer() throws Exception {
    assertRefused(
        (_, out) -> {
          RawWebServer.say(
              "HTTP/1.1 206 P\r\nContent-Length: 2000\r\nContent-Range: bytes 100-2099/*\r\n\r\nab",
              out);
          throw new IOException("and closes");
        },
        "");
    assertRefused(
        (_, _) -> {
          throw new IOException("closes at once");
        },
        "");
    assertRefused((_, out) -> RawWebServer.say("nonsense\r\n\r\n", out), "");
  }

  @Test
  void otherStatusesAreToldAsTheyAre() throws Exception {
    for (int status : new int[] {403, 404, 416, 429, 500, 503}) {
      assertRefused((_, out) -> RawWebServer.status(status, out), "HTTP status " + status);
    }
  }

  @Test
  void redirectsAreFollowedSoOftenAndNoMore() throws Exception {
    try (RawWebServer server =
        new RawWebServer((asked, out) -> {
          int left = Integer.parseInt(asked.path().substring(1));
          if (left == 0) {
            RawWebServer.part(content, asked, out);
          } else {
            RawWebServer.redirect("/" + (left - 1), out);
          }
        })) {
      String url = server.url();
      assertThat(read(url + REDIRECTS_MAX, 5, 10, LONG)).isEqualTo(part(5, 10));
      assertThatThrownBy(() -> read(url + (REDIRECTS_MAX + 1), 5, 10, LONG))
          .hasMessageContaining("more than 5 redirects");
    }
  }

  @Test
  void noOtherProtocolIsSpokenHoweverItIsNamed() throws Exception {
    assertRefused(
        (_, out) -> RawWebServer.redirect("file:///etc/passwd", out), "neither http nor https");
    assertRefused((_, out) -> RawWebServer.redirect("ftp://h/f", out), "neither http nor https");
    assertRefused((_, out) -> RawWebServer.redirect("http://a b/", out), "no URL");
    assertThatThrownBy(() -> read("file:///etc/passwd", 0, 10, LONG))
        .hasMessageContaining("neither http nor https");
    assertThatThrownBy(() -> read("http://", 0, 10, LONG)).isInstanceOf(IOException.class);
  }

  @Test
  void whoDoesNotAnswerIsWaitedForSoLong() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/f";
      assertThatThrownBy(() -> read(url, 0, 10, BRIEF)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aPortWhereNobodyListensIsSaidInWords() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> read("http://127.0.0.1:" + port + "/f", 0, 10, LONG))
        .hasMessage("nobody listens there");
  }
}
