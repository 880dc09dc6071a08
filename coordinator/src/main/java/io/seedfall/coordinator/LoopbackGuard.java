package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.Problem;
import java.net.InetAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of strangers away from a coordinator that trusts whoever can reach it. A browser
 * on the same machine can: by a host name that its owner lets point to 127.0.0.1 (so the Host
 * header has to be a loopback name), or by a page of another origin (so the Origin header, which
 * our own programs do not send, has to be this server).
 */
final class LoopbackGuard {
  private final boolean loopbackOnly;

  LoopbackGuard(boolean loopbackOnly) {
    this.loopbackOnly = loopbackOnly;
  }

  void check(Context context) {
    String host = context.header("Host");
    if (loopbackOnly && !isLoopback(host)) {
      throw new RequestRefused(
          403, Problem.FOREIGN_HOST, "Host: expected localhost or a loopback address");
    }
    String origin = context.header("Origin");
    if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
      throw new RequestRefused(403, Problem.FOREIGN_HOST, "Origin: expected this coordinator");
    }
  }

  /**
   * Whether a Host header names this machine by loopback: {@code 127.0.0.1:7070}, {@code [::1]}.
   */
  static boolean isLoopback(@Nullable String hostHeader) {
    if (hostHeader == null) {
      return false;
    }
    try {
      String host = URI.create("http://" + hostHeader).getHost();
      if (host == null) {
        return false;
      }
      return host.equalsIgnoreCase("localhost")
          || InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
