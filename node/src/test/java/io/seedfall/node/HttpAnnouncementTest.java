package io.seedfall.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One HTTP announcement, against a tracker that writes bytes by hand. */
final class HttpAnnouncementTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final TrackerPatience LONG = new TrackerPatience(60_000, 60_000, 0);
  private static final int ANSWER_BYTES_MAX = 256 * 1024;
  private static final AnnounceRequest REQUEST =
      new AnnounceRequest(
          WireHash.parse("a5".repeat(20)),
          PeerId.of("-SF0100-abcdefghijkl".getBytes(US_ASCII)),
          6881,
          3,
          2,
          1,
          AnnounceEvent.STARTED,
          7,
          0x99);

  private static AnnounceResponse announced(String answer) throws Exception {
    try (RawTracker tracker = new RawTracker(answer)) {
      return HttpAnnouncement.announce(tracker.url(), LOOPBACK, REQUEST, LONG);
    }
  }

  @Test
  void itSaysWhatBep3WantsAndTakesThePeers() throws Exception {
    try (RawTracker tracker = RawTracker.saying(RawTracker.naming(0x1ae1))) {
      assertThat(HttpAnnouncement.announce(tracker.url(), null, REQUEST, LONG))
          .isEqualTo(
              new AnnounceResponse.Peers(300, 0, 0, 0, List.of(new Endpoint("127.0.0.1", 6881))));
      Map<String, String> query = tracker.await();
      assertThat(query)
          .containsEntry("info_hash", "%A5".repeat(20))
          .containsEntry("peer_id", "-SF0100-abcdefghijkl")
          .containsEntry("port", "6881")
          .containsEntry("uploaded", "3")
          .containsEntry("downloaded", "2")
          .containsEntry("left", "1")
          .containsEntry("compact", "1")
          .containsEntry("event", "started")
          .containsEntry("numwant", "7")
          .containsEntry("key", "00000099");
    }
  }

  @Test
  void whateverItAnswersIsAValue() throws Exception {
    assertThat(announced(RawTracker.ok("d14:failure reason2:noe")))
        .isEqualTo(new AnnounceResponse.Refused("no"));
    assertThat(announced("HTTP/1.1 400 Bad\r\nContent-Length: 23\r\n\r\nd14:failure reason2:noe"))
        .isEqualTo(new AnnounceResponse.Refused("no"));
    assertThat(announced("HTTP/1.1 404 Gone\r\nContent-Length: 2\r\n\r\nno"))
        .isEqualTo(new AnnounceResponse.Refused("HTTP status 404"));
    assertThat(announced(RawTracker.ok("<html>"))).isInstanceOf(AnnounceResponse.Refused.class);
    assertThat(announced("nonsense\r\n\r\n")).isInstanceOf(AnnounceResponse.Refused.class);
    assertThat(announced("")).isInstanceOf(AnnounceResponse.Refused.class);
  }

  @Test
  void anAnswerIsReadUpToItsLimit() throws Exception {
    String head = "d8:intervali300e5:peers0:1:x";
    for (int over : new int[] {0, 1}) {
      int textBytes = ANSWER_BYTES_MAX + over - head.length() - "262000:".length() - 1;
      String answer = head + textBytes + ":" + "x".repeat(textBytes) + "e";
      assertThat(answer).hasSize(ANSWER_BYTES_MAX + over);
      AnnounceResponse said = announced(RawTracker.ok(answer));
      if (over == 0) {
        assertThat(said).isInstanceOf(AnnounceResponse.Peers.class);
      } else {
        assertThat(said).isInstanceOf(AnnounceResponse.Refused.class);
      }
    }
  }

  @Test
  void whoDoesNotAnswerIsWaitedForSoLong() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, LOOPBACK)) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/announce";
      TrackerPatience brief = new TrackerPatience(50, 50, 0);
      assertThat(HttpAnnouncement.announce(url, null, REQUEST, brief))
          .isInstanceOf(AnnounceResponse.Refused.class);
    }
  }

  @Test
  void aPortWhereNobodyListensAndAUrlThatIsNoneAreRefusals() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 5, LOOPBACK)) {
      port = free.getLocalPort();
    }
    assertThat(
            HttpAnnouncement.announce(
                "http://127.0.0.1:" + port + "/announce", null, REQUEST, LONG))
        .isEqualTo(new AnnounceResponse.Refused("nobody listens there"));
    assertThat(HttpAnnouncement.announce("http://a b/announce", null, REQUEST, LONG))
        .isEqualTo(new AnnounceResponse.Refused("no URL"));
    assertThat(HttpAnnouncement.announce("http:///announce", null, REQUEST, LONG))
        .isInstanceOf(AnnounceResponse.Refused.class);
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    try (ServerSocket silent = new ServerSocket(0, 5, LOOPBACK)) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/announce";
      Thread thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  HttpAnnouncement.announce(url, null, REQUEST, LONG);
                  interrupted.complete(false);
                } catch (InterruptedException e) {
                  interrupted.complete(true);
                }
              });
      silent.accept().close();
      thread.interrupt();
      // Closed at once, so both ends may win: what matters is that it ends.
      interrupted.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS);
      thread.join();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
