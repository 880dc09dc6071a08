package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every queue, pool and cap: just under its limit, and just over. */
final class LimitsTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("127.0.0.1");
  private static final PeerMessage.KeepAlive NOTHING = new PeerMessage.KeepAlive();

  private static Outbox.Outgoing words() {
    return new Outbox.Outgoing.Words(NOTHING);
  }

  private static InetAddress address(int number) {
    return InetAddress.ofLiteral("10.0.%d.%d".formatted(number / 256, number % 256));
  }

  @Test
  void anOutboxTakesSoManyAndNoMore() {
    Outbox outbox = new Outbox();
    for (int i = 0; i < Outbox.WAITING_MAX; i++) {
      assertThat(outbox.add(words())).isTrue();
    }
    assertThat(outbox.add(words())).isFalse();
  }

  @Test
  void anOutboxGivesUpToAndWithOneBlock() {
    Outbox outbox = new Outbox();
    Outbox.Outgoing block = new Outbox.Outgoing.Bytes(new Block(0, 0, 1));
    outbox.add(words());
    outbox.add(block);
    outbox.add(words());
    List<Outbox.Outgoing> taken = new ArrayList<>();
    assertThat(outbox.take(taken, 100)).isTrue();
    assertThat(taken).containsExactly(words(), block);
    taken.clear();
    assertThat(outbox.take(taken, 100)).isTrue();
    assertThat(taken).containsExactly(words());
  }

  @Test
  void aClosedOutboxGivesNothingAndTakesEverything() {
    Outbox outbox = new Outbox();
    outbox.add(words());
    outbox.close();
    List<Outbox.Outgoing> taken = new ArrayList<>();
    assertThat(outbox.take(taken, 100)).isFalse();
    assertThat(taken).isEmpty();
    assertThat(outbox.add(words())).isTrue();
  }

  @Test
  void aFullInboxHoldsUpWhoPostsAndAClosedOneLetsItGo() throws Exception {
    Inbox<Integer> inbox = new Inbox<>(2);
    assertThat(inbox.put(1)).isTrue();
    assertThat(inbox.put(2)).isTrue();
    CompletableFuture<Boolean> third = new CompletableFuture<>();
    Thread poster = Thread.ofPlatform().start(() -> third.complete(inbox.put(3)));
    awaitWaiting(poster);
    List<Integer> taken = new ArrayList<>();
    inbox.take(taken, 1, 0);
    assertThat(third.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    poster.join();
    CompletableFuture<Boolean> fourth = new CompletableFuture<>();
    Thread other = Thread.ofPlatform().start(() -> fourth.complete(inbox.put(4)));
    awaitWaiting(other);
    assertThat(inbox.close()).containsExactly(2, 3);
    assertThat(fourth.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
    other.join();
    assertThat(inbox.put(5)).isFalse();
  }

  @Test
  void aPoolGivesOutSoManyBuffersAndThenMakesOneWait() throws Exception {
    BufferPool pool = new BufferPool(16, 2);
    ByteBuffer first = pool.acquire();
    pool.acquire();
    CompletableFuture<ByteBuffer> third = new CompletableFuture<>();
    Thread waiting = Thread.ofPlatform().start(() -> third.complete(pool.acquire()));
    awaitWaiting(waiting);
    first.position(7);
    pool.release(first);
    assertThat(third.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS).position()).isZero();
    assertThat(pool.givenOut()).isEqualTo(2);
    waiting.join();
  }

  @Test
  void aBufferThatWasNotGivenOutIsABug() {
    BufferPool pool = new BufferPool(16, 2);
    assertThatThrownBy(() -> pool.release(ByteBuffer.allocate(16)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void connectionsBeforeTheirHandshakeAreFewerThanConnections() {
    ConnectionCap cap = new ConnectionCap();
    List<ConnectionCap.Place> places = new ArrayList<>();
    for (int i = 0; i < ConnectionCap.UNGREETED_MAX; i++) {
      places.add(Objects.requireNonNull(cap.enter(address(i))));
    }
    assertThat(cap.enter(ONE)).isNull();
    places.getFirst().greeted();
    places.getFirst().greeted(); // once is enough
    assertThat(cap.enter(ONE)).isNotNull();
    assertThat(cap.enter(ONE)).isNull();
  }

  @Test
  void connectionsOfOneAddressBeforeTheirHandshakeAreFewerStill() {
    ConnectionCap cap = new ConnectionCap();
    List<ConnectionCap.Place> places = new ArrayList<>();
    for (int i = 0; i < ConnectionCap.UNGREETED_FROM_ONE_ADDRESS_MAX; i++) {
      places.add(Objects.requireNonNull(cap.enter(ONE)));
    }
    assertThat(cap.enter(ONE)).isNull();
    assertThat(cap.enter(address(1))).isNotNull();
    places.getFirst().greeted();
    assertThat(cap.enter(ONE)).isNotNull();
    assertThat(cap.enter(ONE)).isNull();
    places.getLast().leave(); // without a handshake
    assertThat(cap.enter(ONE)).isNotNull();
    assertThat(cap.enter(ONE)).isNull();
  }

  @Test
  void connectionsOfOneAddressAreCounted() {
    ConnectionCap cap = new ConnectionCap();
    ConnectionCap.Place last = null;
    for (int i = 0; i < ConnectionCap.FROM_ONE_ADDRESS_MAX; i++) {
      last = Objects.requireNonNull(cap.enter(ONE));
      last.greeted();
    }
    assertThat(cap.enter(ONE)).isNull();
    assertThat(cap.enter(address(1))).isNotNull();
    Objects.requireNonNull(last).leave();
    last.leave(); // once is enough
    assertThat(cap.enter(ONE)).isNotNull();
    assertThat(cap.enter(ONE)).isNull();
  }

  @Test
  void connectionsInAllAreCountedDialledOnesToo() {
    ConnectionCap cap = new ConnectionCap();
    for (int i = 0; i < ConnectionCap.CONNECTIONS_MAX - 1; i++) {
      assertThat(cap.enterDialled()).isNotNull();
    }
    assertThat(cap.enter(ONE)).isNotNull();
    assertThat(cap.enter(ONE)).isNull();
    assertThat(cap.enterDialled()).isNull();
    assertThat(cap.connections()).isEqualTo(ConnectionCap.CONNECTIONS_MAX);
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
