package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:1, ::1",
    "::, ::",
    "2001:DB8::0001, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "fe80:0:0:0:1:0:0:0, fe80::1:0:0:0",
    "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0",
    "1:0:0:0:0:0:0:0, 1::",
    "127.0.0.1, 127.0.0.1",
  })
  void everyAddressHasOneSpelling(String said, String canonical) throws Exception {
    assertThat(Addresses.canonical(new Endpoint(said, 7))).isEqualTo(new Endpoint(canonical, 7));
    InetAddress address = InetAddress.ofLiteral(said);
    assertThat(Addresses.endpoint(new InetSocketAddress(address, 7)))
        .isEqualTo(new Endpoint(canonical, 7));
    assertThat(Addresses.socketAddress(new Endpoint(canonical, 7)).getAddress()).isEqualTo(address);
  }

  @Test
  void aNameIsNeverResolved() {
    assertThatThrownBy(() -> Addresses.canonical(new Endpoint("localhost", 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
