package io.seedfall.cli;

import io.seedfall.control.ThisMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code ADDRESS:PORT} on a command line: an IP address, never a name, so that nothing is resolved
 * and what is shown is what is meant.
 */
final class ListenAddress {
  private ListenAddress() {}

  /** {@code 127.0.0.1:7070}, {@code [::1]:0}; port 0 takes a free one. */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String address = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = address.startsWith("[") && address.endsWith("]");
    boolean bare = address.indexOf(':') < 0;
    if (bracketed || bare) {
      try {
        String literal = bracketed ? address.substring(1, address.length() - 1) : address;
        int port = Integer.parseInt(text.substring(colon + 1));
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
      } catch (IllegalArgumentException e) {
        throw refused(text, e);
      }
    }
    throw refused(text, null);
  }

  private static IllegalArgumentException refused(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "not an address: %s (expected ADDRESS:PORT with an IP address: 127.0.0.1:7070 or [::1]:0)"
            .formatted(text),
        cause);
  }

  /** The address as it is written on a command line. */
  static String text(InetSocketAddress address) {
    // Java listens on every address of both kinds at once and calls that [::].
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "0.0.0.0"
            : address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /**
   * What was given, or else a free port at the address from which this machine reaches the
   * coordinator: the one at which other machines are likely to reach it. Refused like {@link
   * #requireLoopback}, but where the coordinator speaks TLS peers do as well.
   */
  static InetSocketAddress orTowards(
      URI coordinator, @Nullable InetSocketAddress given, boolean insecure) {
    boolean allowed = insecure || Objects.equals(coordinator.getScheme(), "https");
    if (given != null) {
      requireLoopback(given, allowed);
      return given;
    }
    InetAddress own;
    try {
      own = ThisMachine.addressTowards(coordinator.getHost());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE,
          "no way to the coordinator at %s: %s".formatted(coordinator, e.getMessage()),
          e);
    }
    return freePortAt(own, allowed);
  }

  /** A free port at one of this machine's addresses; refused like {@link #requireLoopback}. */
  static InetSocketAddress freePortAt(InetAddress own, boolean insecure) {
    if (!insecure && !own.isLoopbackAddress()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "other machines would connect to %s, and nothing would be encrypted: allow it with"
                  .formatted(own.getHostAddress())
              + " --insecure, or name another address with --listen");
    }
    return new InetSocketAddress(own, 0);
  }

  /**
   * Refuses what others can reach: without an identity of the cluster nobody is asked who he is.
   */
  static void requireLoopback(InetSocketAddress address, boolean insecure) {
    if (!insecure && !address.getAddress().isLoopbackAddress()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s can be reached from other machines, and nothing would be encrypted: listen on"
                  .formatted(text(address))
              + " loopback, or say --insecure");
    }
  }
}
