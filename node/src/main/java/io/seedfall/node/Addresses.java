package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Socket addresses and endpoints, each in the one spelling of {@link IpAddress}. */
final class Addresses {
  private Addresses() {}

  /** The endpoint of a socket address. */
  static Endpoint endpoint(InetSocketAddress socketAddress) {
    return new Endpoint(text(socketAddress.getAddress()), socketAddress.getPort());
  }

  /**
   * The same endpoint in the one spelling.
   *
   * @throws IllegalArgumentException when the address is no literal IP address
   */
  static Endpoint canonical(Endpoint endpoint) {
    return new Endpoint(text(InetAddress.ofLiteral(endpoint.address())), endpoint.port());
  }

  /** The socket address of an endpoint; no name is ever resolved. */
  static InetSocketAddress socketAddress(Endpoint endpoint) {
    return new InetSocketAddress(InetAddress.ofLiteral(endpoint.address()), endpoint.port());
  }

  private static String text(InetAddress address) {
    return IpAddress.text(address.getAddress());
  }
}
