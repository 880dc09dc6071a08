package io.seedfall.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes as they are. */
record PlainWire(SocketChannel channel) implements Wire {
  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public int readWithin(byte[] target, int offset, int length, int timeoutMillis)
      throws IOException {
    return Wire.readTimed(channel, target, offset, length, timeoutMillis);
  }

  @Override
  public void write(ByteBuffer[] from) throws IOException {
    channel.write(from);
  }
}
