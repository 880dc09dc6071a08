package io.seedfall.agent;

import io.seedfall.control.ThisMachine;
import io.seedfall.protocol.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** The address under which peers reach us. */
final class Advertised {
  private Advertised() {}

  /**
   * The address we listen on; when that is every address of this machine, the one that a packet to
   * the coordinator would carry. No packet is sent.
   */
  static Endpoint endpoint(InetSocketAddress listen, URI coordinator) throws IOException {
    InetAddress address = listen.getAddress();
    if (address.isAnyLocalAddress()) {
      address = ThisMachine.addressTowards(coordinator.getHost());
    }
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return new Endpoint(zone < 0 ? text : text.substring(0, zone), listen.getPort());
  }
}
