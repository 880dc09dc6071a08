package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
  void oneCanBeClosedBeforeTheOthersAndOnlyOnce() {
    lifetime.add(() -> ended.add("first"));
    AutoCloseable second = lifetime.add(() -> ended.add("second"));
    lifetime.add(() -> ended.add("third"));
    lifetime.endNow(second);
    lifetime.endNow(second);
    assertThat(ended).containsExactly("second");
    lifetime.close();
    lifetime.endNow(second);
    assertThat(ended).containsExactly("second", "third", "first");
  }

  @Test
  void aStepDoesNotBeginWhenTheEndHas() throws Exception {
    assertThat(lifetime.step(() -> "done")).isEqualTo("done");
    lifetime.close();
    assertThatThrownBy(() -> lifetime.step(() -> ended.add("step")))
        .isInstanceOf(CommandFailure.class);
    assertThat(ended).isEmpty();
  }

  @Test
  void whatIsForgottenStaysOpen() {
    lifetime.add(() -> ended.add("first"));
    lifetime.forgetAll();
    lifetime.add(() -> ended.add("second"));
    lifetime.close();
    assertThat(ended).containsExactly("second");
  }

  @Test
  void whoComesSecondToEndItWaitsUntilAllHasEnded() throws InterruptedException {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    lifetime.add(() -> ended.add("first"));
    lifetime.add(() -> {
      closing.countDown();
      goOn.await();
    });
    Thread one = Thread.ofPlatform().start(lifetime::close);
    closing.await();
    Thread other = Thread.ofPlatform().start(lifetime::close);
    await().until(() -> other.getState() == Thread.State.BLOCKED || !other.isAlive());
    assertThat(other.isAlive()).isTrue();
    assertThat(ended).isEmpty();
    goOn.countDown();
    one.join();
    other.join();
    assertThat(ended).containsExactly("first");
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
