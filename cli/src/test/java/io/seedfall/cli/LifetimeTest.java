package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LifetimeTest {
  private final List<String> ended = new ArrayList<>();
  private final Lifetime lifetime = Lifetime.begin(new RecordedConsole(false).console());

  @Test
  void whatWasOpenedLastIsClosedFirstAndOnce() {
    lifetime.add(() -> ended.add("first"));
    lifetime.add(() -> ended.add("second"));
    lifetime.close();
    lifetime.close();
    assertThat(ended).containsExactly("second", "first");
  }

  @Test
  void whatComesTooLateIsClosedAtOnce() {
    lifetime.close();
    lifetime.add(() -> ended.add("late"));
    assertThat(ended).containsExactly("late");
  }

  @Test
  void oneThatFailsToCloseDoesNotKeepTheOthersOpen() {
    lifetime.add(() -> ended.add("first"));
    lifetime.add(() -> {
      throw new java.io.IOException("stuck");
    });
    lifetime.close();
    assertThat(ended).containsExactly("first");
  }

  @Test
  void theEndOfTheInputStopsTheWaiting() throws InterruptedException {
    lifetime.stopWithEndOf(new ByteArrayInputStream(new byte[] {1, 2, 3}));
    lifetime.awaitStop();
    lifetime.close();
  }
}
