package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ClientIdentity;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A small program that speaks the agents' JSON by hand. Single quotes stand for double ones. */
final class FakeAgent implements WebSocket.Listener, AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final HttpClient http;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> ponged = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private final WebSocket socket;
  private volatile boolean reading = true;

  FakeAgent(InetSocketAddress coordinator) {
    this(URI.create("http://127.0.0.1:" + coordinator.getPort()), null);
  }

  /** One that shows who it is, or not. */
  FakeAgent(URI coordinator, @Nullable ClientIdentity identity) {
    HttpClient.Builder builder = HttpClient.newBuilder();
    if (identity != null && identity.tls() != null) {
      builder.sslContext(identity.tls());
    }
    this.http = builder.build();
    WebSocket.Builder opening = http.newWebSocketBuilder();
    if (identity != null && !identity.bearer().isEmpty()) {
      opening.header("Authorization", identity.bearer());
    }
    String address = coordinator.toString().replaceFirst("http", "ws") + "/api/v1/session";
    this.socket = opening.buildAsync(URI.create(address), this).join();
  }

  /** A machine that has said Hello and was welcomed. */
  static FakeAgent machine(InetSocketAddress coordinator, String name, String labels) {
    FakeAgent agent = new FakeAgent(coordinator);
    agent.hello(name, "AGENT", labels, "127.0.0.1:7001", "");
    assertThat(agent.hears()).startsWith("{'type':'welcome'");
    return agent;
  }

  /** A publisher that holds this. */
  static FakeAgent publisher(InetSocketAddress coordinator, String name, String infoHash) {
    FakeAgent agent = new FakeAgent(coordinator);
    agent.hello(name, "PUBLISHER", "", "127.0.0.1:7002", "'" + infoHash + "'");
    assertThat(agent.hears()).startsWith("{'type':'welcome'");
    return agent;
  }

  void hello(String name, String kind, String labels, String endpoint, String holdings) {
    say(
        "{'type':'hello','protocolVersion':1,'name':'"
            + name
            + "','kind':'"
            + kind
            + "','labels':{"
            + labels
            + "},'endpoint':'"
            + endpoint
            + "','holdings':["
            + holdings
            + "]}");
  }

  void reports(String id, String phase, String why, long bytesDone) {
    say(
        "{'type':'reports','reports':[{'deploymentId':'"
            + id
            + "','phase':'"
            + phase
            + "','why':'"
            + why
            + "','bytesDone':"
            + bytesDone
            + ",'bytesFromHolders':2,'bytesFromPeers':1,'elapsedMillis':7}]}");
  }

  void say(String message) {
    socket.sendText(message.replace('\'', '"'), true).join();
  }

  /** The same, when nobody knows whether the other side has closed meanwhile. */
  void sayIfOpen(String message) {
    socket.sendText(message.replace('\'', '"'), true).exceptionally(_ -> null).join();
  }

  /** Like a process that hangs: its socket fills up. */
  void stopsReading() {
    reading = false;
  }

  void sayRaw(ByteBuffer binary) {
    socket.sendBinary(binary, true).join();
  }

  void pings() {
    socket.sendPing(ByteBuffer.allocate(0)).join();
    ponged.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** The next message. */
  String hears() {
    try {
      String message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("a message").isNotNull();
      return String.valueOf(message);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the end of the connection and says how it ended: {@code 1008 reason}. */
  String ending() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  boolean isOpen() {
    return !closed.isDone();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    partial.append(text);
    if (last) {
      heard.add(partial.toString().replace('"', '\''));
      partial.setLength(0);
    }
    if (reading) {
      from.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    ponged.complete(null);
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code + " " + reason);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete("0 " + error);
  }

  /** Ends without a word, like a killed process. */
  void dies() {
    socket.abort();
    closed.complete("0 closed");
  }

  @Override
  public void close() {
    dies();
    http.shutdownNow();
    http.close();
  }
}
