package io.seedfall.node;

import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.HttpTracker;
import io.seedfall.protocol.tracker.Parsed;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One announcement to an HTTP tracker (BEP 3, 7, 23). The client ends with it: between two
 * announcements there are minutes, and nothing of it should be left then.
 */
final class HttpAnnouncement {
  private static final int OK = 200;

  private HttpAnnouncement() {}

  /**
   * Announces and waits for the answer; what went wrong is a refusal.
   *
   * @param from the address to speak from; null for any
   * @throws InterruptedException when the thread was interrupted
   */
  static AnnounceResponse announce(
      String tracker, @Nullable InetAddress from, AnnounceRequest request, TrackerPatience patience)
      throws InterruptedException {
    URI uri;
    try {
      uri = URI.create(HttpTracker.announceUrl(tracker, request));
    } catch (IllegalArgumentException _) {
      return new AnnounceResponse.Refused("no URL");
    }
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofMillis(patience.httpMillis()));
    if (from != null) {
      builder.localAddress(from);
    }
    try (HttpClient client = builder.build()) {
      try {
        return answer(
            client
                .sendAsync(
                    HttpRequest.newBuilder(uri).build(),
                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), HttpTracker.ANSWER_BYTES_MAX))
                .get(patience.httpMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException _) {
        return new AnnounceResponse.Refused("no answer");
      } catch (ExecutionException e) {
        return new AnnounceResponse.Refused(words(e.getCause()));
      } catch (IllegalArgumentException e) {
        return new AnnounceResponse.Refused(String.valueOf(e.getMessage()));
      } finally {
        client.shutdownNow(); // whatever is under way is of no use now
      }
    }
  }

  private static String words(@Nullable Throwable trouble) {
    return switch (trouble) {
      case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
          "unknown host";
      case ConnectException _ -> "nobody listens there";
      case IOException e -> Words.of(e);
      case null, default -> String.valueOf(trouble);
    };
  }

  private static AnnounceResponse answer(HttpResponse<byte[]> response) {
    boolean ok = response.statusCode() == OK;
    AnnounceResponse.Refused byStatus =
        new AnnounceResponse.Refused("HTTP status " + response.statusCode());
    return switch (HttpTracker.parseAnnounceResponse(response.body())) {
      case Parsed.Valid<AnnounceResponse>(AnnounceResponse said) ->
          ok || said instanceof AnnounceResponse.Refused ? said : byStatus;
      case Parsed.Malformed<AnnounceResponse>(String reason) ->
          ok ? new AnnounceResponse.Refused("no answer of a tracker: " + reason) : byStatus;
    };
  }
}
