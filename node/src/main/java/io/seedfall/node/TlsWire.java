package io.seedfall.node;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in TLS 1.3 records, with an engine over the same blocking channel. Records are taken apart
 * in place and copied once, to where they are wanted; buffers are on the heap, where the JDK's
 * AES-GCM is fastest.
 *
 * <p>An end of the connection that the peer has not announced is an exception. We announce none
 * ourselves: that would be a write that may wait for a peer that does not read, and no peer of ours
 * makes anything of an end but that the connection is lost.
 *
 * <p>When a key has encrypted enough the engine takes another one by itself; its message goes out
 * in front of the next bytes, which is when it has to.
 */
final class TlsWire implements Wire {
  /** What we speak, and nothing else: a peer's certificate is good for other things as well. */
  static final String APPLICATION = "seedfall-peer/1";

  private static final String PROTOCOL = "TLSv1.3";
  private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

  /**
   * Records that are read from the socket at once, and written to it: some 85 KB for a connection,
   * of which a node may have a thousand. With four it was no faster.
   */
  private static final int RECORDS = 2;

  /** A handshake that turns round in more steps than that is none. */
  static final int STEPS_MAX = 1_000;

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** Records that came and were not taken apart yet, between position and limit. */
  private final ByteBuffer in;

  /** What of a record had no room where it was wanted, likewise. */
  private final ByteBuffer rest;

  /** Records that go out; empty between two writes. */
  private final ByteBuffer out;

  private TlsWire(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
    int record = engine.getSession().getPacketBufferSize();
    this.in = ByteBuffer.allocate(RECORDS * record).limit(0);
    this.rest = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    this.out = ByteBuffer.allocate(RECORDS * record);
  }

  /**
   * Passes the TLS handshake.
   *
   * @param dialled whether we have opened the connection
   * @param deadlineNanos by {@link System#nanoTime}
   * @throws SSLException when the peer speaks something else, or one side does not take the other's
   *     certificate
   * @throws SocketTimeoutException when it takes too long
   */
  static TlsWire open(
      SocketChannel channel, SSLContext context, boolean dialled, long deadlineNanos)
      throws IOException {
    SSLEngine engine = context.createSSLEngine(); // without a host: no session is resumed
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {PROTOCOL});
    parameters.setCipherSuites(SUITES);
    parameters.setApplicationProtocols(new String[] {APPLICATION});
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(dialled);
    TlsWire wire = new TlsWire(channel, engine);
    try {
      wire.shakeHands(deadlineNanos);
    } catch (SSLException e) {
      wire.sayWhy();
      throw e;
    }
    return wire;
  }

  /** The certificate that the peer has shown, and whose key it has. */
  X509Certificate peer() throws SSLException {
    if (engine.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate) {
      return certificate;
    }
    throw new SSLException("a certificate of another kind than X.509");
  }

  /* --------------- the handshake --------------- */

  private void shakeHands(long deadlineNanos) throws IOException {
    engine.beginHandshake();
    for (int step = 0; step < STEPS_MAX; step++) {
      HandshakeStatus status = engine.getHandshakeStatus();
      switch (status) {
        case NEED_WRAP -> send(new ByteBuffer[] {ByteBuffer.allocate(0)});
        case NEED_TASK -> runTasks();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          rest.clear();
          SSLEngineResult result = engine.unwrap(in, rest);
          rest.flip();
          if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            fillWithin(millisUntil(deadlineNanos));
          } else if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("closed during the handshake");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          if (!engine.getApplicationProtocol().equals(APPLICATION)) {
            throw new SSLException("the peer does not speak " + APPLICATION);
          }
          return;
        }
      }
    }
    throw new SSLException("a handshake without end");
  }

  private void runTasks() {
    for (@Nullable Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Tells the other side what was wrong, if that goes without waiting for it. */
  private void sayWhy() {
    try {
      send(new ByteBuffer[] {ByteBuffer.allocate(0)}); // an alert, into an almost empty buffer
    } catch (IOException _) {
      return; // the reason that is told here is the first
    }
  }

  private static int millisUntil(long deadlineNanos) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left < 1) {
      throw new SocketTimeoutException("no TLS handshake within its time");
    }
    return (int) left;
  }

  /* --------------- reading --------------- */

  @Override
  public int read(ByteBuffer target) throws IOException {
    return read(target, 0);
  }

  @Override
  public int readWithin(byte[] target, int offset, int length, int timeoutMillis)
      throws IOException {
    return read(ByteBuffer.wrap(target, offset, length), timeoutMillis);
  }

  /** Takes at least one byte, and as much as has come in whole records; 0 waits for ever. */
  private int read(ByteBuffer target, int timeoutMillis) throws IOException {
    int before = target.position();
    take(target);
    while (target.hasRemaining()) {
      SSLEngineResult result = unwrap(target);
      switch (result.getStatus()) {
        case OK -> ran(result);
        case BUFFER_OVERFLOW -> throw new SSLException("a record that has no room anywhere");
        case BUFFER_UNDERFLOW -> {
          if (target.position() > before) {
            return target.position() - before;
          }
          if (timeoutMillis > 0) {
            fillWithin(timeoutMillis);
          } else {
            fill();
          }
        }
        case CLOSED -> {
          return target.position() > before ? target.position() - before : -1;
        }
      }
    }
    return target.position() - before;
  }

  /** One record into {@code target}, or by way of {@link #rest} when it may be too large. */
  private SSLEngineResult unwrap(ByteBuffer target) throws SSLException {
    SSLEngineResult result = engine.unwrap(in, target);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      rest.clear();
      try {
        result = engine.unwrap(in, rest);
      } finally {
        rest.flip();
      }
      take(target);
    }
    return result;
  }

  private void take(ByteBuffer target) {
    int copied = Math.min(rest.remaining(), target.remaining());
    target.put(target.position(), rest, rest.position(), copied);
    target.position(target.position() + copied);
    rest.position(rest.position() + copied);
  }

  /**
   * Messages behind the handshake may ask for work, too; whatever it is, it goes forward. (The end
   * of a handshake may be said without a byte: where a ticket would stand that is not sent.)
   */
  private void ran(SSLEngineResult result) throws SSLException {
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    } else if (result.bytesConsumed() == 0
        && result.bytesProduced() == 0
        && result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
      throw new SSLException("stuck: " + result);
    }
  }

  private void fill() throws IOException {
    in.compact();
    int got;
    try {
      got = channel.read(in);
    } finally {
      in.flip();
    }
    came(got);
  }

  private void fillWithin(int timeoutMillis) throws IOException {
    in.compact();
    int got = -1;
    try {
      got = Wire.readTimed(channel, in.array(), in.position(), in.remaining(), timeoutMillis);
    } finally {
      in.position(in.position() + Math.max(0, got)).flip();
    }
    came(got);
  }

  private static void came(int got) throws EOFException {
    if (got < 0) {
      throw new EOFException("the connection was cut: its end was not announced");
    }
  }

  /* --------------- writing --------------- */

  @Override
  public void write(ByteBuffer[] from) throws IOException {
    send(from);
  }

  /** At least one record, and as many as fit. */
  private void send(ByteBuffer[] from) throws IOException {
    out.clear();
    do {
      SSLEngineResult result = engine.wrap(from, out);
      if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
        throw new ClosedChannelException();
      }
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        break;
      }
      ran(result);
    } while (isMore(from));
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  private static boolean isMore(ByteBuffer[] from) {
    for (ByteBuffer buffer : from) {
      if (buffer.hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public SocketChannel channel() {
    return channel;
  }
}
