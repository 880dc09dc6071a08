package io.seedfall.control;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from connecting to its end, made blocking for one owner. The next message is asked
 * for when the one before was taken, so at most one is here at a time.
 */
final class SessionWire implements WebSocket.Listener, AutoCloseable {
  /** One text, one end, one wake-up: more is never outstanding; a second end is dropped. */
  private static final int SIGNALS_MAX = 4;

  private static final int FAREWELL_MILLIS = 500;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int UNAVAILABLE = 503;
  private static final byte[] NO_BYTES = {};

  /** What came of an attempt to connect, when somebody answered. */
  sealed interface Opening {
    /** We are connected. */
    record Open() implements Opening {}

    /** Another coordinator leads, the one there. */
    record Moved(URI leader) implements Opening {}

    /** A coordinator is there, and nobody leads; soon somebody will. */
    record Leaderless(String why) implements Opening {}

    /** A coordinator is there, and does not let us in. */
    record Refused(String why) implements Opening {}
  }

  /** The connection is over. */
  static final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    Gone(String why) {
      super(why);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }

  private sealed interface Signal {
    record Text(String text) implements Signal {}

    record End(String why) implements Signal {}

    record Wake() implements Signal {}
  }

  private final int sendMillis;
  private final ArrayBlockingQueue<Signal> signals = new ArrayBlockingQueue<>(SIGNALS_MAX);
  private final AtomicBoolean wakePending = new AtomicBoolean();
  private final StringBuilder partial = new StringBuilder();
  private volatile long heardNanos;
  private volatile @Nullable WebSocket socket;

  /** Whenever it opens after all, nobody wants it any more. */
  private volatile boolean abandoned;

  SessionWire(int sendMillis) {
    this.sendMillis = sendMillis;
  }

  /* --------------- The owner's side --------------- */

  Opening connect(HttpClient http, URI address, SessionSettings settings)
      throws Gone, InterruptedException {
    int answerMillis = settings.answerMillis();
    WebSocket.Builder builder =
        http.newWebSocketBuilder()
            .connectTimeout(Duration.ofMillis(answerMillis)); // until it has answered
    if (!settings.identity().bearer().isEmpty()) {
      builder.header(ClientIdentity.HEADER, settings.identity().bearer());
    }
    CompletableFuture<WebSocket> opening = builder.buildAsync(address, this);
    try {
      socket = opening.get(answerMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        int status = refused.getResponse().statusCode();
        URI leader = Leader.in(status, refused.getResponse().headers());
        if (leader != null && settings.identity().mayFollow(leader)) {
          return new Opening.Moved(leader);
        }
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
          return new Opening.Refused(
              "it does not let us in (status %d): credentials are missing, ended or revoked"
                  .formatted(status));
        }
        if (status == UNAVAILABLE) {
          return new Opening.Leaderless("no coordinator leads, says " + address.getAuthority());
        }
      }
      throw new Gone("cannot connect to " + address.getAuthority() + ": " + reason(e.getCause()));
    } catch (TimeoutException e) {
      abandoned = true;
      throw new Gone("cannot connect to " + address.getAuthority() + ": no answer in time");
    } catch (InterruptedException e) {
      abandoned = true;
      throw e;
    }
    heardNanos = System.nanoTime();
    return new Opening.Open();
  }

  void send(AgentMessage message) throws Gone, InterruptedException {
    String json = ControlJson.encodeMessage(message);
    if (json.getBytes(StandardCharsets.UTF_8).length > ControlApi.MESSAGE_BYTES_MAX) {
      throw new IllegalStateException(
          "message of " + json.length() + " characters (expected: within MESSAGE_BYTES_MAX)");
    }
    await(open().sendText(json, true));
  }

  /** Asks for a sign of life; the connection ends when the last one is too long ago. */
  void ping(long nowNanos, long silenceMaxNanos) throws Gone, InterruptedException {
    if (nowNanos - heardNanos > silenceMaxNanos + sendMillis * 1_000_000L) {
      throw new Gone("the coordinator is silent");
    }
    await(open().sendPing(ByteBuffer.wrap(NO_BYTES)));
  }

  /** The next message, or null when the time is up or {@link #wake} was called. */
  @Nullable CoordinatorMessage receive(long untilNanos) throws Gone, InterruptedException {
    Signal signal = signals.poll(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    return switch (signal) {
      case null -> null;
      case Signal.Wake() -> {
        wakePending.set(false);
        yield null;
      }
      case Signal.End(String why) -> throw new Gone(why);
      case Signal.Text(String text) -> {
        CoordinatorMessage message =
            switch (ControlJson.decodeCoordinatorMessage(text)) {
              case Decoded.Value<CoordinatorMessage>(CoordinatorMessage value) -> value;
              case Decoded.UnknownType<CoordinatorMessage> _ -> null;
              case Decoded.Malformed<CoordinatorMessage>(String why) ->
                  throw new Gone("the coordinator sent a malformed message: " + why);
            };
        heardNanos = System.nanoTime();
        open().request(1);
        yield message;
      }
    };
  }

  void farewell() throws InterruptedException {
    try {
      open().sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It is over either way.
    }
  }

  @Override
  public void close() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }

  private WebSocket open() {
    WebSocket open = socket;
    if (open == null) {
      throw new IllegalStateException("not connected");
    }
    return open;
  }

  private void await(CompletableFuture<WebSocket> sending) throws Gone, InterruptedException {
    try {
      sending.get(sendMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Gone("the connection to the coordinator is lost: " + reason(e.getCause()));
    } catch (TimeoutException e) {
      throw new Gone("the coordinator takes nothing any more");
    }
  }

  private static String reason(@Nullable Throwable cause) {
    return switch (cause) {
      case WebSocketHandshakeException handshake ->
          "no session there (status " + handshake.getResponse().statusCode() + ")";
      case ConnectException _ -> "nobody listens there";
      case null -> "unknown";
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }

  /* --------------- Any thread --------------- */

  /** Makes {@link #receive} return. */
  void wake() {
    if (wakePending.compareAndSet(false, true)) {
      signals.offer(new Signal.Wake());
    }
  }

  /* --------------- The socket's side --------------- */

  @Override
  public void onOpen(WebSocket opened) {
    if (abandoned) {
      opened.abort();
      return;
    }
    opened.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    heardNanos = System.nanoTime();
    if (partial.length() + text.length() > ControlApi.MESSAGE_BYTES_MAX) {
      end("the coordinator sent a message over " + ControlApi.MESSAGE_BYTES_MAX + " bytes");
      from.abort();
      return null;
    }
    partial.append(text);
    if (last) {
      String whole = partial.toString();
      partial.setLength(0);
      signals.offer(new Signal.Text(whole));
    } else {
      from.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
    end("the coordinator sent a binary message");
    from.abort();
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    heardNanos = System.nanoTime();
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    end("the coordinator closed the connection" + (reason.isEmpty() ? "" : ": " + reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end("the connection to the coordinator is lost: " + reason(error));
  }

  private void end(String why) {
    signals.offer(new Signal.End(why));
  }
}
