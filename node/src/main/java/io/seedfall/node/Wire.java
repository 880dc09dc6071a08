package io.seedfall.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The bytes between two peers. One thread reads and one writes, at the same time; any thread may
 * close it, which ends both.
 */
sealed interface Wire extends AutoCloseable permits PlainWire, TlsWire {
  /** Waits for bytes and takes what there is; -1 when the peer has ended it in good order. */
  int read(ByteBuffer target) throws IOException;

  /**
   * The same for a few bytes, before the reader and after it.
   *
   * @throws SocketTimeoutException when none come in time
   */
  int readWithin(byte[] target, int offset, int length, int timeoutMillis) throws IOException;

  /** Sends some of what is in these buffers, the first first; waits until there is room. */
  void write(ByteBuffer[] from) throws IOException;

  /** The socket under it. */
  SocketChannel channel();

  /** What its packets are marked with from now on. */
  default void mark(int trafficClass) throws IOException {
    // On an IPv6 socket the JDK sets IPV6_TCLASS with it.
    channel().setOption(StandardSocketOptions.IP_TOS, trafficClass);
  }

  @Override
  default void close() throws IOException {
    channel().close();
  }

  /** Reads from a socket for so long at most. */
  static int readTimed(
      SocketChannel channel, byte[] target, int offset, int length, int timeoutMillis)
      throws IOException {
    channel.socket().setSoTimeout(timeoutMillis);
    InputStream in = channel.socket().getInputStream();
    return in.read(target, offset, length);
  }
}
