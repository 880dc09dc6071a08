package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class EventRingTest {
  private static Packet packet(long serial, int agents) {
    AgentView agent =
        new AgentView("a", AgentKind.AGENT, Map.of(), "127.0.0.1:1", true, serial, -1);
    return new Packet(serial, false, false, Map.of(), Collections.nCopies(agents, agent), false);
  }

  private static List<Long> after(EventRing ring, long place) throws InterruptedException {
    return switch (ring.after(place, 0, 0)) {
      case EventRing.Found.Packets(List<Packet> packets) ->
          packets.stream().map(Packet::serial).toList();
      case EventRing.Found.Lost _ -> List.of(-1L);
      case EventRing.Found.Ended _ -> List.of(-2L);
    };
  }

  @Test
  void everyPlaceThatIsKeptHasWhatComesAfterIt() throws InterruptedException {
    EventRing ring = new EventRing("t", 3, 1_000);
    assertThat(after(ring, 0)).isEmpty();
    for (int serial = 1; serial <= 5; serial++) {
      ring.add(packet(serial, 1));
    }
    assertThat(after(ring, 5)).isEmpty();
    assertThat(after(ring, 4)).containsExactly(5L);
    assertThat(after(ring, 2)).containsExactly(3L, 4L, 5L);
    assertThat(after(ring, 1)).as("overtaken").containsExactly(-1L);
  }

  @Test
  void rowsEndAtTheirLimitAndTheLatestPacketIsAlwaysKept() throws InterruptedException {
    EventRing ring = new EventRing("t", 100, 20);
    ring.add(packet(1, 9));
    ring.add(packet(2, 9));
    assertThat(after(ring, 0)).as("twenty rows").containsExactly(1L, 2L);
    ring.add(packet(3, 0));
    assertThat(after(ring, 0)).containsExactly(-1L);
    assertThat(after(ring, 1)).containsExactly(2L, 3L);
    ring.add(packet(4, 500));
    assertThat(after(ring, 3)).containsExactly(4L);
    assertThat(after(ring, 2)).containsExactly(-1L);
  }

  @Test
  void anIdIsAPlaceUnlessItIsTooOldOrOfAnotherTerm() {
    EventRing ring = new EventRing("7-ab", 2, 1_000);
    assertThat(ring.place(ring.id(0))).isZero();
    assertThat(ring.place(ring.id(1))).as("of the future").isNull();
    for (int serial = 1; serial <= 3; serial++) {
      ring.add(packet(serial, 1));
    }
    assertThat(ring.id(3)).isEqualTo("7-ab-3");
    assertThat(ring.place("7-ab-3")).isEqualTo(3);
    assertThat(ring.place("7-ab-1")).isEqualTo(1);
    assertThat(ring.place("7-ab-0")).as("too old").isNull();
    for (String other :
        List.of("8-ab-3", "7-3", "", "3", "7-ab-", "7-ab-x", "7-ab-9999999999999999999")) {
      assertThat(ring.place(other)).as(other).isNull();
    }
  }

  @Test
  void whoWaitsIsWokenByAPacketAndByTheEnd() {
    EventRing ring = new EventRing("t");
    CompletableFuture<EventRing.Found> waiting =
        CompletableFuture.supplyAsync(() -> waits(ring, 0));
    ring.add(packet(1, 1));
    assertThat(waiting.join()).isEqualTo(new EventRing.Found.Packets(List.of(packet(1, 1))));
    waiting = CompletableFuture.supplyAsync(() -> waits(ring, 1));
    ring.close();
    assertThat(waiting.join()).isInstanceOf(EventRing.Found.Ended.class);
  }

  @Test
  void whoWaitsIsWokenWhenSomebodyIsExpelled() {
    EventRing ring = new EventRing("t");
    assertThat(ring.expulsions()).isZero();
    CompletableFuture<EventRing.Found> waiting =
        CompletableFuture.supplyAsync(() -> waits(ring, 0));
    ring.expel();
    assertThat(waiting.join()).isEqualTo(new EventRing.Found.Packets(List.of()));
    assertThat(ring.expulsions()).isEqualTo(1);
    assertThat(waits(ring, 0)).as("who did not know of it waits for nothing").isNotNull();
  }

  private static EventRing.Found waits(EventRing ring, long place) {
    try {
      return ring.after(place, 60_000, 0);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aGapIsABug() {
    EventRing ring = new EventRing("t");
    assertThatIllegalStateException().isThrownBy(() -> ring.add(packet(2, 1)));
  }
}
