package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Where coordinators are, and whose turn it is. */
final class CoordinatorAddressesTest {
  private static final URI A = URI.create("http://10.0.0.1:7070");
  private static final URI B = URI.create("https://[::1]:7070");
  private static final URI LEADER = URI.create("http://10.0.0.3:7070");

  @Test
  void oneOrSeveralAreReadWithCommasBetweenThem() {
    CoordinatorAddresses both = CoordinatorAddresses.parse(A + ", " + B);
    assertThat(both.all()).containsExactly(A, B);
    assertThat(both.first()).isEqualTo(A);
    assertThat(both).hasToString(A + "," + B);
    assertThat(CoordinatorAddresses.parse(A.toString())).isEqualTo(CoordinatorAddresses.of(A));
  }

  @Test
  void whatIsNoAddressIsRefused() {
    for (String bad : new String[] {"", "nonsense", "ftp://x", A + ",", "," + A, "http://a b"}) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> CoordinatorAddresses.parse(bad))
          .withMessageStartingWith("coordinator: ")
          .withMessageContaining("expected: http://ADDRESS:PORT");
    }
  }

  @Test
  void thereAreSoManyAndNotMore() {
    int max = CoordinatorAddresses.ADDRESSES_MAX;
    assertThat(new CoordinatorAddresses(Collections.nCopies(max, A)).all()).hasSize(max);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CoordinatorAddresses(Collections.nCopies(max + 1, A)))
        .withMessageContaining("17 addresses");
  }

  @Test
  void whoIsNotReachedIsFollowedByTheNextAtOnceUntilAllWereTried() {
    AddressRota rota = new AddressRota(CoordinatorAddresses.parse(A + "," + B));
    assertThat(rota.current()).isEqualTo(A);
    assertThat(rota.lost(false)).isTrue();
    assertThat(rota.current()).isEqualTo(B);
    assertThat(rota.lost(false)).as("all were tried").isFalse();
    assertThat(rota.current()).isEqualTo(A);
    rota.welcomed();
    assertThat(rota.lost(true)).as("a thousand agents lose it together").isFalse();
    assertThat(rota.current()).isEqualTo(B);
  }

  @Test
  void aLeaderThatIsNamedIsNextAndWhoNamedItIsAskedAgainWhenItIsGone() {
    AddressRota rota = new AddressRota(CoordinatorAddresses.parse(A + "," + B));
    assertThat(rota.redirected(LEADER)).isTrue();
    assertThat(rota.current()).isEqualTo(LEADER);
    assertThat(rota.lost(false)).as("not in a circle without a pause").isFalse();
    assertThat(rota.current()).isEqualTo(A);
    assertThat(rota.redirected(LEADER)).isTrue();
    rota.welcomed();
    assertThat(rota.lost(true)).isFalse();
    assertThat(rota.current()).isEqualTo(B);
  }

  @Test
  void onlySoManySendUsOnBeforeWeWait() {
    AddressRota rota = new AddressRota(CoordinatorAddresses.of(A));
    for (int redirect = 0; redirect < AddressRota.REDIRECTS_MAX; redirect++) {
      assertThat(rota.redirected(LEADER)).isTrue();
    }
    assertThat(rota.redirected(B)).isFalse();
    assertThat(rota.redirected(LEADER)).isTrue();
  }
}
