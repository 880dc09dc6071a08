package io.seedfall.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

final class EventQueueTest {
  private record Expected(long due, int number, EventKind kind) {}

  @Test
  void eventsComeByTimeAndThoseOfOneInstantInTheOrderInWhichTheyWereScheduled() {
    Seeds.check(
        200,
        random -> {
          EventQueue queue = new EventQueue();
          var model =
              new PriorityQueue<Expected>(
                  Comparator.comparingLong(Expected::due).thenComparingInt(Expected::number));
          EventKind[] kinds = EventKind.values();
          long now = 0;
          int number = 0;
          for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(5) < 3) {
              EventKind kind = kinds[random.nextInt(kinds.length)];
              Expected event = new Expected(now + random.nextInt(20), number++, kind);
              model.add(event);
              queue.schedule(kind, event.due(), event, event.number());
            } else if (!model.isEmpty()) {
              Expected expected = model.remove();
              assertThat(queue.next()).isTrue();
              assertThat(queue.target()).isSameAs(expected);
              assertThat(queue.time()).isEqualTo(expected.due());
              assertThat(queue.kind()).isEqualTo(expected.kind());
              assertThat(queue.extra()).isEqualTo(expected.number());
              now = expected.due();
            }
          }
          assertThat(queue.waiting()).isEqualTo(model.size());
        });
  }

  @Test
  void anEmptyQueueHasNoNextEvent() {
    assertThat(new EventQueue().next()).isFalse();
  }

  @Test
  void nothingIsScheduledInThePast() {
    EventQueue queue = new EventQueue();
    queue.schedule(EventKind.TIMER, 10, "a", 0);
    assertThat(queue.next()).isTrue();
    queue.schedule(EventKind.TIMER, 10, "b", 0);
    assertThatThrownBy(() -> queue.schedule(EventKind.TIMER, 9, "c", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("due at 9, but it is 10");
  }
}
