package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class ThisMachineTest {
  @Test
  void allOfLoopbackIsItsOwnAndADocumentsExampleIsNot() {
    for (String own : new String[] {"127.0.0.1", "127.0.0.9", "::1"}) {
      assertThat(ThisMachine.has(InetAddress.ofLiteral(own))).as(own).isTrue();
    }
    for (String other : new String[] {"192.0.2.1", "2001:db8::1"}) {
      assertThat(ThisMachine.has(InetAddress.ofLiteral(other))).as(other).isFalse();
    }
  }

  @Test
  void itReachesItselfFromItself() throws Exception {
    for (String host : new String[] {"127.0.0.1", "127.0.0.9", "localhost"}) {
      assertThat(ThisMachine.addressTowards(host).isLoopbackAddress()).as(host).isTrue();
    }
  }

  @Test
  void noWayLeadsToAHostThatNobodyKnows() {
    assertThatThrownBy(() -> ThisMachine.addressTowards("no-such-host.invalid"))
        .isInstanceOf(UnknownHostException.class);
  }
}
