package io.seedfall.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import org.junit.jupiter.api.Test;

/** How long a peer that sent nothing is asked nothing. */
final class StrikesTest {
  private final Strikes strikes = new Strikes(10);

  private static PeerId peer(long number) {
    return PeerId.random(new SeededRandom(number));
  }

  @Test
  void everyStrikeInARowDoublesTheTimeUpToALimit() {
    for (int i = 0; i < Strikes.DOUBLINGS_MAX; i++) {
      assertThat(strikes.add(peer(1), 100)).isEqualTo(100 + (10L << i));
    }
    long most = 100 + (10L << Strikes.DOUBLINGS_MAX);
    assertThat(strikes.add(peer(1), 100)).isEqualTo(most);
    assertThat(strikes.add(peer(1), 100)).isEqualTo(most);
    assertThat(strikes.untilNanos(peer(1))).isEqualTo(most);
  }

  @Test
  void whoDeliversBeginsAgain() {
    strikes.add(peer(1), 0);
    strikes.forgive(peer(1));
    assertThat(strikes.untilNanos(peer(1))).isEqualTo(Long.MIN_VALUE);
    assertThat(strikes.add(peer(1), 0)).isEqualTo(10);
  }

  @Test
  void soManyPeersAreRememberedAndTheOldestIsForgottenFirst() {
    for (int i = 0; i < Strikes.PEERS_MAX; i++) {
      strikes.add(peer(i), 0);
    }
    assertThat(strikes.untilNanos(peer(0))).isEqualTo(10);
    strikes.add(peer(Strikes.PEERS_MAX), 0);
    assertThat(strikes.untilNanos(peer(0))).isEqualTo(Long.MIN_VALUE);
    assertThat(strikes.untilNanos(peer(1))).isEqualTo(10);
  }
}
