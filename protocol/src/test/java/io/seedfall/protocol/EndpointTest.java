package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EndpointTest {
  @Test
  void bothKindsOfAddressAreReadAndShown() {
    assertThat(Endpoint.parse("127.0.0.1:6881")).isEqualTo(new Endpoint("127.0.0.1", 6881));
    assertThat(Endpoint.parse("[::1]:6881")).isEqualTo(new Endpoint("::1", 6881));
    for (String text : List.of("127.0.0.1:1", "[::1]:65535", "[fe80::1%eth0]:80")) {
      assertThat(Endpoint.parse(text)).hasToString(text);
    }
  }

  @Test
  void whatIsNoEndpointIsRefused() {
    for (String bad :
        List.of(
            "",
            ":",
            ":1",
            "127.0.0.1",
            "127.0.0.1:",
            "127.0.0.1:x",
            "::1:6881",
            "[]:1",
            "a:-1",
            "127.0.0.1:+80",
            "127.0.0.1: 80",
            "127.0.0.1:\u0661",
            "127.0.0.1:99999999999")) {
      assertThatThrownBy(() -> Endpoint.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void portsAndAddressesHaveTheirLimits() {
    assertThat(new Endpoint("::1", 1).port()).isEqualTo(1);
    assertThat(new Endpoint("::1", 65_535).port()).isEqualTo(65_535);
    assertThatThrownBy(() -> new Endpoint("::1", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Endpoint("::1", 65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
    assertThat(new Endpoint("1".repeat(64), 1)).isNotNull();
    assertThatThrownBy(() -> new Endpoint("1".repeat(65), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Endpoint("", 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void endpointsSortByAddressThenPort() {
    assertThat(new Endpoint("127.0.0.1", 9)).isLessThan(new Endpoint("127.0.0.2", 1));
    assertThat(new Endpoint("127.0.0.1", 9)).isLessThan(new Endpoint("127.0.0.1", 10));
  }
}
