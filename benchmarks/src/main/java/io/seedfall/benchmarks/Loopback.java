package io.seedfall.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** Hosts that are addresses of this machine, on a network as fast as its memory. */
record Loopback(int count) implements Hosts {
  @Override
  public String address(int host) {
    return "127.0.0." + (host + 1);
  }

  @Override
  public List<String> on(int host) {
    return List.of();
  }

  @Override
  public List<String> beside() {
    return List.of();
  }

  @Override
  public String besideAddress() {
    return "127.0.0.1";
  }

  /** Somebody may take it before it is used: whoever listens then fails and says so. */
  @Override
  public int port() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long bytesSent(int host) {
    return 0;
  }
}
