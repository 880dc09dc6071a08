package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Socket addresses and endpoints, each in one spelling only: IPv6 as RFC 5952 writes it, so that
 * two endpoints of the same place are equal.
 */
final class Addresses {
  private static final int GROUPS = 8;

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
    return address instanceof Inet6Address six ? text(six.getAddress()) : address.getHostAddress();
  }

  /** RFC 5952: no leading zeros, the longest run of two or more zero groups becomes "::". */
  private static String text(byte[] bytes) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == runStart) {
        out.append("::");
        i += runLength - 1;
        continue;
      }
      if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
        out.append(':');
      }
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }
}
