package io.seedfall.protocol;

/**
 * Where a peer listens: a literal IPv4 or IPv6 address and a port. Never a host name, so that a
 * brain has nothing to resolve.
 *
 * @param address the address in text, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String address, int port) implements Comparable<Endpoint> {
  /** Checks both parts. */
  public Endpoint {
    if (address.isEmpty() || address.length() > 64) {
      throw new IllegalArgumentException("address: '" + address + "' (expected: an IP address)");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
    }
  }

  /** Parses {@code 127.0.0.1:6881} or {@code [::1]:6881}. */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("endpoint: " + text + " (expected: ADDRESS:PORT)");
    }
    String address = text.substring(0, colon);
    boolean bracketed = address.startsWith("[") && address.endsWith("]");
    if (bracketed) {
      address = address.substring(1, address.length() - 1);
    } else if (address.indexOf(':') >= 0) {
      throw new IllegalArgumentException("endpoint: " + text + " (expected: [IPV6]:PORT)");
    }
    String port = text.substring(colon + 1);
    if (!port.matches("[0-9]{1,5}")) { // parseInt would take a sign and foreign digits too
      throw new IllegalArgumentException("endpoint: " + text + " (expected: ADDRESS:PORT)");
    }
    return new Endpoint(address, Integer.parseInt(port));
  }

  @Override
  public int compareTo(Endpoint other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    return address.indexOf(':') >= 0 ? "[" + address + "]:" + port : address + ":" + port;
  }
}
