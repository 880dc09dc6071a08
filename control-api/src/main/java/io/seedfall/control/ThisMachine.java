package io.seedfall.control;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** The addresses of the machine that this process runs on. */
public final class ThisMachine {
  private static final int DISCARD_PORT = 9;

  private ThisMachine() {}

  /** Whether that address is one of this machine's own, loopback or another. */
  public static boolean has(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return true; // also 127.0.0.2, which no interface lists
    }
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false; // an interface that has just gone
    }
  }

  /**
   * The address that a packet to that host would carry. No packet is sent.
   *
   * @throws IOException when the host is not known, or no way leads there
   */
  public static InetAddress addressTowards(String host) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), DISCARD_PORT));
      return socket.getLocalAddress();
    }
  }
}
