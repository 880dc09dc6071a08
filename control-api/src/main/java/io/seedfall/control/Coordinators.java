package io.seedfall.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * The coordinators that are asked: one after the other, as long as none can have heard what must
 * not be done twice, and the leader where one names it. Thread-safe.
 */
final class Coordinators implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /** How long a call waits for somebody to lead: longer than a takeover takes. */
  static final Duration LEADER_WAIT = Duration.ofSeconds(15);

  private static final int LEADER_ASK_MILLIS = 500;

  private final CoordinatorAddresses addresses;
  private final ClientIdentity identity;
  private final Duration answerTimeout;
  private final Duration leaderWait;
  private final HttpClient http;

  /** The one that answered last, or was named as the leader: asked first. */
  private volatile URI current;

  /**
   * Connects to nobody yet.
   *
   * @throws IllegalArgumentException in words, when addresses and identity do not fit
   */
  Coordinators(
      CoordinatorAddresses addresses,
      Duration answerTimeout,
      Duration leaderWait,
      ClientIdentity identity) {
    identity.check(addresses);
    this.addresses = addresses;
    this.answerTimeout = answerTimeout;
    this.leaderWait = leaderWait;
    this.identity = identity;
    this.current = addresses.first();
    this.http =
        identity
            .client()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  URI current() {
    return current;
  }

  /** Ends it; calls under way fail. */
  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  /** What is asked, of whichever coordinator; PUT and GET may be asked again, POST with a key. */
  private record Ask(
      String method, String path, BodyPublisher body, String contentType, String key) {
    Ask(String method, String path, BodyPublisher body, String contentType) {
      this(method, path, body, contentType, "");
    }

    HttpRequest of(URI coordinator, Duration timeout, String bearer) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(coordinator.resolve(path)).timeout(timeout);
      if (!bearer.isEmpty()) {
        request.header(ClientIdentity.HEADER, bearer);
      }
      if (!contentType.isEmpty()) {
        request.header("Content-Type", contentType);
      }
      if (!key.isEmpty()) {
        request.header(ControlApi.IDEMPOTENCY_KEY, key);
      }
      return request.method(method, body).build();
    }

    boolean isHarmlessTwice() {
      return !method.equals("POST") || !key.isEmpty();
    }
  }

  /** What came of asking one coordinator. */
  private sealed interface Answer {
    record Given(HttpResponse<byte[]> answer) implements Answer {}

    record Moved(URI leader, ControlException why) implements Answer {}

    /** A coordinator is there, and none leads; soon one will. */
    record Leaderless(ControlException why) implements Answer {}

    /** Nothing came back; it may have heard us all the same. */
    record Away(ControlException why, boolean mayHaveHeard) implements Answer {}
  }

  byte[] get(String path) throws ControlException {
    return exchange(new Ask("GET", path, BodyPublishers.noBody(), ""));
  }

  byte[] post(String path, byte[] json) throws ControlException {
    return post(path, json, "");
  }

  /** A key makes the request harmless when it is sent twice. */
  byte[] post(String path, byte[] json, String key) throws ControlException {
    BodyPublisher body = BodyPublishers.ofByteArray(json);
    return exchange(new Ask("POST", path, body, "application/json", key));
  }

  void put(String path, byte[] file, String contentType) throws ControlException {
    exchange(new Ask("PUT", path, BodyPublishers.ofByteArray(file), contentType));
  }

  private byte[] exchange(Ask ask) throws ControlException {
    long giveUpNanos = System.nanoTime() + leaderWait.toNanos();
    while (true) {
      switch (askAll(ask)) {
        case Answer.Given(HttpResponse<byte[]> answer) -> {
          return answer.body();
        }
        case Answer.Leaderless(ControlException why) -> {
          if (System.nanoTime() - giveUpNanos >= 0) {
            throw why;
          }
          pause();
        }
        case Answer.Moved _, Answer.Away _ -> throw new IllegalStateException("no end of a round");
      }
    }
  }

  private static void pause() throws ControlException {
    try {
      Thread.sleep(LEADER_ASK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlException(Problem.NO_LEADER, "interrupted while no coordinator leads", e);
    }
  }

  /** Asks one after the other, until one answers; the leader instead of whoever names it. */
  private Answer askAll(Ask ask) throws ControlException {
    Deque<URI> next = new ArrayDeque<>(addresses.all());
    URI preferred = current;
    next.remove(preferred);
    next.push(preferred);
    ControlException away = null;
    ControlException leaderless = null;
    int redirects = 0;
    for (URI at = next.poll(); at != null; at = next.poll()) {
      Answer answer = once(ask, at);
      switch (answer) {
        case Answer.Given _ -> {
          current = at;
          return answer;
        }
        case Answer.Moved(URI leader, ControlException why) -> {
          leaderless = why; // unless we reach the one that is named
          redirects++;
          if (redirects > AddressRota.REDIRECTS_MAX) {
            return new Answer.Leaderless(why);
          }
          next.remove(leader);
          next.push(leader);
        }
        case Answer.Leaderless(ControlException why) -> leaderless = why;
        case Answer.Away(ControlException why, boolean mayHaveHeard) -> {
          away = away == null ? why : away;
          if (mayHaveHeard && !ask.isHarmlessTwice()) {
            throw away;
          }
        }
      }
    }
    if (leaderless != null) {
      return new Answer.Leaderless(leaderless);
    }
    throw Objects.requireNonNull(away);
  }

  private Answer once(Ask ask, URI at) throws ControlException {
    HttpResponse<byte[]> answer;
    try {
      answer =
          http.send(
              ask.of(at, answerTimeout, identity.bearer()),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), ControlApi.ANSWER_BYTES_MAX));
    } catch (HttpConnectTimeoutException e) {
      return new Answer.Away(unreachable(at, "it did not answer in time", e), false);
    } catch (HttpTimeoutException e) {
      return new Answer.Away(unreachable(at, "it did not answer in time", e), true);
    } catch (ConnectException e) {
      return new Answer.Away(unreachable(at, "nobody listens there", e), false);
    } catch (IOException e) {
      return new Answer.Away(unreachable(at, broken(at, e), e), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(at, "interrupted while waiting for its answer", e);
    }
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return new Answer.Given(answer);
    }
    ControlException refusal = refusal(at, status, answer.body());
    if (refusal.code().equals(Problem.NO_LEADER)) {
      return new Answer.Leaderless(refusal);
    }
    URI leader = Leader.in(status, answer.headers());
    if (leader == null || !identity.mayFollow(leader)) {
      throw refusal;
    }
    return new Answer.Moved(leader, refusal);
  }

  private static ControlException refusal(URI at, int status, byte[] body) {
    return switch (ControlJson.decode(body, Problem.class)) {
      case Decoded.Value<Problem>(Problem problem) ->
          new ControlException(problem.code(), problem.line());
      case Decoded.UnknownType<Problem> _, Decoded.Malformed<Problem> _ ->
          noCoordinator(at, "status " + status + " " + firstChars(body));
    };
  }

  // ---- events -------------------------------------------------------------------------------

  <T> EventStream<T> listen(String path, String lastId, Class<T> change) throws ControlException {
    URI at = current;
    for (int redirects = 0; ; redirects++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(at.resolve(path))
              .timeout(answerTimeout)
              .header("Accept", "text/event-stream");
      if (!identity.bearer().isEmpty()) {
        request.header(ClientIdentity.HEADER, identity.bearer());
      }
      if (!lastId.isEmpty()) {
        request.header(ControlApi.LAST_EVENT_ID, lastId);
      }
      HttpResponse<InputStream> answer = sent(request.build(), at);
      if (answer.statusCode() == 200) {
        current = at;
        return new EventStream<>(answer.body(), change, lastId, EventStream.SILENCE_MILLIS_MAX);
      }
      ControlException refusal = refusal(at, answer.statusCode(), firstBytes(answer.body()));
      URI leader = Leader.in(answer.statusCode(), answer.headers());
      if (leader == null || !identity.mayFollow(leader) || redirects == AddressRota.REDIRECTS_MAX) {
        throw refusal;
      }
      at = leader;
    }
  }

  private HttpResponse<InputStream> sent(HttpRequest request, URI at) throws ControlException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(at, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(at, "interrupted while waiting for its answer", e);
    }
  }

  private static byte[] firstBytes(InputStream body) {
    try (body) {
      return body.readNBytes(ControlApi.BODY_BYTES_MAX);
    } catch (IOException _) {
      return new byte[0];
    }
  }

  // ---- words --------------------------------------------------------------------------------

  /** What the one that answered last has said makes no sense. */
  ControlException unexpected(String what) {
    return noCoordinator(current, what);
  }

  private static String broken(URI at, IOException why) {
    String hint = ClientIdentity.isEncrypted(at) ? "" : "; if it has an identity, ask https://";
    return why.getMessage() + hint;
  }

  private static ControlException unreachable(URI at, String why, Exception cause) {
    return new ControlException(
        Problem.UNREACHABLE, "the coordinator at " + at + " cannot be reached: " + why, cause);
  }

  private static ControlException noCoordinator(URI at, String what) {
    return new ControlException(
        Problem.UNEXPECTED_ANSWER,
        "what answers at " + at + " is no Seedfall coordinator: " + what);
  }

  private static String firstChars(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 80), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
