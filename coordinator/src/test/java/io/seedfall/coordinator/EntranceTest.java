package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EntranceTest {
  private static final long LONG_MILLIS = 600_000;

  private static Entrance.Pass entered(Entrance entrance) {
    return Objects.requireNonNull(entrance.enter());
  }

  @Test
  void whoFindsNoPlaceInTimeIsSentAway() {
    Entrance entrance = new Entrance(2, 0, LONG_MILLIS);
    Entrance.Pass first = entered(entrance);
    assertThat(entrance.enter()).isNotNull();
    assertThat(entrance.enter()).isNull();
    entrance.leave(first);
    entrance.leave(first); // makes no second place
    assertThat(entrance.enter()).isNotNull();
    assertThat(entrance.enter()).isNull();
  }

  @Test
  void whoWaitsEntersWhenAnotherLeaves() {
    Entrance entrance = new Entrance(1, LONG_MILLIS, LONG_MILLIS);
    Entrance.Pass first = entered(entrance);
    CompletableFuture<Entrance.@Nullable Pass> second = new CompletableFuture<>();
    Thread waiter =
        Thread.ofVirtual()
            .start(() -> {
              second.complete(entrance.enter());
            });
    await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
    assertThat(second).isNotDone();
    entrance.leave(first);
    assertThat(second.join()).isNotNull();
  }

  @Test
  void whoGoesWithoutAWordLeavesItsPlaceInTheEnd() {
    Entrance entrance = new Entrance(1, LONG_MILLIS, 0);
    assertThat(entrance.enter()).isNotNull();
    assertThat(entrance.enter()).isNotNull();
  }
}
