package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class ListenAddressTest {
  @Test
  void addressesOfBothFamiliesAreReadAndWritten() {
    for (String text : new String[] {"127.0.0.1:7070", "127.0.0.9:0", "0.0.0.0:65535"}) {
      assertThat(ListenAddress.text(ListenAddress.parse(text))).isEqualTo(text);
    }
    assertThat(ListenAddress.parse("[::1]:80").getAddress().isLoopbackAddress()).isTrue();
    assertThat(ListenAddress.text(ListenAddress.parse("[::1]:80")))
        .isEqualTo("[0:0:0:0:0:0:0:1]:80");
  }

  @Test
  void namesAndNonsenseAreRefused() {
    for (String text :
        new String[] {
          "",
          "localhost:80",
          "127.0.0.1",
          ":80",
          "127.0.0.1:",
          "127.0.0.1:65536",
          "127.0.0.1:-1",
          "::1:80",
          "[::1]",
          "127.0.0.1:80x"
        }) {
      assertThatThrownBy(() -> ListenAddress.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not an address: " + text);
    }
  }

  @Test
  void whatOthersCanReachNeedsInsecure() {
    ListenAddress.requireLoopback(ListenAddress.parse("127.0.0.2:0"), false);
    ListenAddress.requireLoopback(ListenAddress.parse("[::1]:0"), false);
    ListenAddress.requireLoopback(ListenAddress.parse("0.0.0.0:0"), true);
    assertThatThrownBy(() -> ListenAddress.requireLoopback(ListenAddress.parse("0.0.0.0:9"), false))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("0.0.0.0:9")
        .hasMessageContaining("--insecure");
  }

  @Test
  void withoutAnAddressItIsTheOneTowardsTheCoordinator() {
    URI here = URI.create("http://127.0.0.1:7070");
    assertThat(ListenAddress.orTowards(here, null, false))
        .isEqualTo(ListenAddress.parse("127.0.0.1:0"));
    InetSocketAddress given = ListenAddress.parse("127.0.0.3:7");
    assertThat(ListenAddress.orTowards(here, given, false)).isEqualTo(given);
    assertThatThrownBy(
            () -> ListenAddress.orTowards(here, ListenAddress.parse("10.0.0.1:7"), false))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--insecure");
    assertThatThrownBy(
            () -> ListenAddress.orTowards(URI.create("http://nosuch.invalid:1"), null, false))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no way to the coordinator at http://nosuch.invalid:1");
  }

  @Test
  void whereTheCoordinatorSpeaksTlsPeersDoAndAnyAddressIsTaken() {
    InetSocketAddress given = ListenAddress.parse("10.0.0.1:7");
    assertThat(ListenAddress.orTowards(URI.create("https://127.0.0.1:1"), given, false))
        .isEqualTo(given);
  }

  @Test
  void anAddressThatOthersReachIsTakenOnlyWithInsecure() {
    InetAddress other = InetAddress.ofLiteral("10.0.0.7");
    assertThat(ListenAddress.freePortAt(other, true)).isEqualTo(ListenAddress.parse("10.0.0.7:0"));
    assertThatThrownBy(() -> ListenAddress.freePortAt(other, false))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("10.0.0.7")
        .hasMessageContaining("--insecure")
        .hasMessageContaining("--listen");
  }
}
