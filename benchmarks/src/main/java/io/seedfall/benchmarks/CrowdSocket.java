package io.seedfall.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;

/**
 * A socket that does not block, in the clear or over TLS, as small as ten thousand of them have to
 * be: what came and is no whole record yet, and what the kernel did not take, is all that it keeps.
 */
final class CrowdSocket implements Closeable {
  /** Several records of the largest size. */
  static final int SCRATCH_BYTES = 128 << 10;

  private static final byte[] NOTHING = {};

  private final SocketChannel channel;
  private final @Nullable SSLEngine engine;
  private final ByteBuffer scratch;
  private byte[] came = NOTHING;
  private @Nullable ByteBuffer going;

  /**
   * @param engine null for a connection in the clear
   * @param scratch of the thread, with {@link #SCRATCH_BYTES}
   */
  CrowdSocket(SocketChannel channel, @Nullable SSLEngine engine, ByteBuffer scratch) {
    this.channel = channel;
    this.engine = engine;
    this.scratch = scratch;
  }

  /** It is connected; the handshake begins. */
  void connected() throws IOException {
    if (engine != null) {
      engine.setUseClientMode(true);
      engine.beginHandshake();
      shakeHands(engine);
    }
  }

  /**
   * Takes what came, and goes on with the handshake.
   *
   * @return how many bytes were put there, 0 when it was not for us, -1 at the end
   */
  int read(ByteBuffer into) throws IOException {
    if (engine == null) {
      return channel.read(into);
    }
    scratch.clear().put(came);
    boolean atEnd = channel.read(scratch) < 0;
    scratch.flip();
    int before = into.position();
    boolean more = scratch.hasRemaining();
    while (more) {
      SSLEngineResult result = engine.unwrap(scratch, into);
      atEnd |= result.getStatus() == SSLEngineResult.Status.CLOSED;
      more = result.getStatus() == SSLEngineResult.Status.OK && scratch.hasRemaining();
      if (isBusy(engine)) {
        came = rest();
        shakeHands(engine); // uses the scratch itself
        scratch.clear().put(came).flip();
      }
    }
    came = rest();
    int got = into.position() - before;
    return got == 0 && atEnd ? -1 : got;
  }

  /** What is left in the scratch, for the next time. */
  private byte[] rest() {
    if (!scratch.hasRemaining()) {
      return NOTHING;
    }
    byte[] rest = new byte[scratch.remaining()];
    scratch.get(rest);
    return rest;
  }

  /** Sends as much as can go now; whether it is worth waiting until the kernel takes more. */
  boolean write(ByteBuffer bytes) throws IOException {
    if (engine == null) {
      channel.write(bytes);
      return bytes.hasRemaining();
    }
    drain();
    while (going == null && bytes.hasRemaining() && !isShaking(engine)) {
      send(engine, bytes);
    }
    return going != null;
  }

  private static boolean isShaking(SSLEngine engine) {
    return engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
  }

  /** Whether the handshake goes on without waiting for the other end. */
  private static boolean isBusy(SSLEngine engine) {
    return switch (engine.getHandshakeStatus()) {
      case NEED_TASK, NEED_WRAP -> true;
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> false;
    };
  }

  private void shakeHands(SSLEngine engine) throws IOException {
    while (isBusy(engine) && going == null) {
      if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
        send(engine, ByteBuffer.allocate(0));
      } else {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
      }
    }
  }

  private void send(SSLEngine engine, ByteBuffer bytes) throws IOException {
    scratch.clear();
    SSLEngineResult result = engine.wrap(bytes, scratch);
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new IOException("nothing can be sent: " + result.getStatus());
    }
    channel.write(scratch.flip());
    if (scratch.hasRemaining()) {
      going = ByteBuffer.wrap(rest());
    }
  }

  /** What the kernel did not take the last time. */
  private void drain() throws IOException {
    if (going != null) {
      channel.write(going);
      if (!going.hasRemaining()) {
        going = null;
      }
    }
    if (engine != null && going == null) {
      shakeHands(engine);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
