package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ConnectionIdsTest {
  private static final String ADDRESS = "10.0.0.1";
  private static final long BEGIN_MILLIS = 60_000_000;

  private final ConnectionIds ids = new ConnectionIds(secret(1));

  private static byte[] secret(int fill) {
    byte[] secret = new byte[ConnectionIds.SECRET_BYTES];
    Arrays.fill(secret, (byte) fill);
    return secret;
  }

  @Test
  void anIdIsGoodForTwoMinutesAndDeadAfterThree() {
    long early = ids.issue(ADDRESS, BEGIN_MILLIS);
    long late = ids.issue(ADDRESS, BEGIN_MILLIS + 59_999);
    assertThat(early).as("one for a minute").isEqualTo(late);
    assertThat(ids.accepts(late, ADDRESS, BEGIN_MILLIS + 59_999)).isTrue();
    assertThat(ids.accepts(late, ADDRESS, BEGIN_MILLIS + 59_999 + 120_000)).isTrue();
    assertThat(ids.accepts(late, ADDRESS, BEGIN_MILLIS + 180_000)).isFalse();
  }

  @Test
  void anIdIsOneAddressesAlone() {
    long id = ids.issue(ADDRESS, BEGIN_MILLIS);
    assertThat(ids.accepts(id, "10.0.0.2", BEGIN_MILLIS)).isFalse();
    assertThat(ids.accepts(id + 1, ADDRESS, BEGIN_MILLIS)).isFalse();
  }

  @Test
  void anotherStartGivesOtherIds() {
    ConnectionIds other = new ConnectionIds(secret(2));
    assertThat(other.accepts(ids.issue(ADDRESS, BEGIN_MILLIS), ADDRESS, BEGIN_MILLIS)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new ConnectionIds(new byte[31]));
  }
}
