package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.InfoHash;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftoversTest {
  private static final InfoHash A = hash('a');
  private static final InfoHash B = hash('b');
  private static final InfoHash C = hash('c');

  private final Leftovers leftovers = new Leftovers();

  private static InfoHash hash(char digit) {
    return InfoHash.parse(Character.toString(digit).repeat(64));
  }

  @Test
  void oneStaysForItsTimeAndNotLonger() {
    leftovers.left(A, 100);
    leftovers.left(A, 900); // it was left before
    assertThat(leftovers.stays(A, 100 + Leftovers.KEPT_NANOS - 1, false)).isTrue();
    assertThat(leftovers.stays(A, 100 + Leftovers.KEPT_NANOS, false)).isFalse();
    assertThat(leftovers.stays(B, 100, false)).as("it is none").isFalse();
  }

  @Test
  void oneStaysWhileAnotherVersionIsAboutToOpen() {
    leftovers.left(A, 0);
    assertThat(leftovers.stays(A, 9 * Leftovers.KEPT_NANOS, true)).isTrue();
    assertThat(leftovers.stays(A, 9 * Leftovers.KEPT_NANOS, false)).isFalse();
  }

  @Test
  void ofTooManyTheOldestGoes() {
    List<InfoHash> all = List.of(A, B, C);
    for (int each = 0; each < Leftovers.LEFTOVERS_MAX; each++) {
      leftovers.left(all.get(each), each);
    }
    assertThat(leftovers.stays(A, 10, true)).isTrue();
    leftovers.left(C, 5);
    assertThat(leftovers.stays(A, 10, true)).isFalse();
    assertThat(leftovers.stays(B, 10, true)).isTrue();
    leftovers.remove(C);
    assertThat(leftovers.stays(A, 10, true)).isTrue();
  }

  @Test
  void somebodyLooksAgainWhenItsTimeIsUp() {
    assertThat(leftovers.waitNanos(0)).isEqualTo(Long.MAX_VALUE);
    leftovers.left(A, 0);
    assertThat(leftovers.waitNanos(0)).isEqualTo(Leftovers.KEPT_NANOS);
    assertThat(leftovers.waitNanos(9 * Leftovers.KEPT_NANOS)).isPositive();
  }
}
