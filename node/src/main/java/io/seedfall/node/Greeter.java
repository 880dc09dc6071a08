package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.wire.DecodedHandshake;
import io.seedfall.protocol.wire.Handshake;
import io.seedfall.swarm.PeerFacts;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections and passes handshakes, both with deadlines. After it a channel knows which
 * torrent it is about; before, it is a stranger's socket that holds one of few places.
 */
final class Greeter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Greeter.class);

  /** How long a dial may take. */
  static final int DIAL_MILLIS_MAX = 5_000;

  /** How long the other side's handshake may take, from its connection on. */
  static final int HANDSHAKE_MILLIS_MAX = 5_000;

  /** The same with TLS before it: signatures take a small machine that has just started long. */
  static final int SECURED_HANDSHAKE_MILLIS_MAX = 10_000;

  private static final byte[] NO_PASS = {};

  /**
   * The socket's send buffer: small, because blocks go out oldest first only as far as the kernel
   * has not taken them yet; and large enough for a block on its way.
   */
  static final int SEND_BUFFER_BYTES = 512 * 1024;

  private final PeerId self;
  private final @Nullable InetSocketAddress bindTo;
  private final ConnectionCap cap;
  private final PeerSecurity security;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A greeter for one node.
   *
   * @param bindTo the address that dialled connections are bound to, null for any
   */
  Greeter(
      PeerId self, @Nullable InetSocketAddress bindTo, ConnectionCap cap, PeerSecurity security) {
    this.self = self;
    this.bindTo = bindTo;
    this.cap = cap;
    this.security = security;
  }

  /** Who takes a greeted channel, by the info-hash that it asked for. */
  @FunctionalInterface
  interface Host {
    /** All names of the torrent that the wire calls so, null when we have no such torrent. */
    @Nullable WireNames torrent(WireHash wireHash);
  }

  /** A channel and the torrent it is about, as the other side calls it. */
  record Welcomed(Greeted greeted, WireHash torrent) {}

  /**
   * Dials and passes handshakes. A hybrid torrent has two names, and a client that was started from
   * a magnet link may know only one: when it hangs up on the first, it is asked for the second.
   */
  Greeted dial(Endpoint remote, WireNames names) throws IOException {
    for (WireHash name : names.all().subList(0, names.all().size() - 1)) {
      try {
        return dial(remote, names, name);
      } catch (ConnectException | SocketTimeoutException e) {
        throw e; // nobody is there
      } catch (EOFException | SocketException e) {
        LOG.debug("{} does not know {}: {}", remote, name, e.toString());
      }
    }
    return dial(remote, names, names.all().getLast());
  }

  private Greeted dial(Endpoint remote, WireNames names, WireHash name) throws IOException {
    ConnectionCap.Place place = cap.enterDialled();
    if (place == null) {
      throw new IOException("connections: " + ConnectionCap.CONNECTIONS_MAX + " (all are taken)");
    }
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open();
      remember(channel);
      prepare(channel);
      if (bindTo != null) {
        channel.bind(new InetSocketAddress(bindTo.getAddress(), 0));
      }
      channel.socket().connect(Addresses.socketAddress(remote), DIAL_MILLIS_MAX);
      long deadlineNanos = deadline();
      Wire wire = wire(channel, true, deadlineNanos);
      write(wire, names, name);
      byte[] shown = readPass(wire, deadlineNanos);
      Handshake theirs = read(wire, deadlineNanos);
      // BEP 52: who is asked for the v1 name of a hybrid may answer with the v2 name
      if (!names.all().contains(theirs.torrent())) {
        throw new ProtocolException("another torrent than " + name);
      }
      Permit permit = permit(wire, names, shown);
      return new Greeted(wire, facts(remote, theirs, true), place, permit);
    } catch (IOException | RuntimeException e) {
      discard(channel);
      place.leave();
      throw e;
    } finally {
      forget(channel);
    }
  }

  /** Passes handshakes over a channel that somebody opened to us; closes it when they fail. */
  Welcomed welcome(SocketChannel channel, ConnectionCap.Place place, Host host) throws IOException {
    try {
      long deadlineNanos = deadline();
      remember(channel);
      prepare(channel);
      Wire wire = wire(channel, false, deadlineNanos);
      byte[] shown = readPass(wire, deadlineNanos);
      Handshake theirs = read(wire, deadlineNanos);
      WireNames names = host.torrent(theirs.torrent());
      if (names == null) {
        throw new ProtocolException("a torrent that is not here");
      }
      Permit permit = permit(wire, names, shown);
      write(wire, names, theirs.torrent());
      place.greeted();
      if (!(channel.getRemoteAddress() instanceof InetSocketAddress remote)) {
        throw new IOException("no remote address");
      }
      PeerFacts facts = facts(Addresses.endpoint(remote), theirs, false);
      return new Welcomed(new Greeted(wire, facts, place, permit), theirs.torrent());
    } catch (IOException | RuntimeException e) {
      discard(channel);
      place.leave();
      throw e;
    } finally {
      forget(channel);
    }
  }

  private static PeerFacts facts(Endpoint remote, Handshake theirs, boolean dialled) {
    return new PeerFacts(remote, theirs.peerId(), dialled, theirs.fast(), theirs.extensions());
  }

  private static void prepare(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
  }

  private Wire wire(SocketChannel channel, boolean dialled, long deadlineNanos) throws IOException {
    return switch (security) {
      case PeerSecurity.Plain _ -> new PlainWire(channel);
      case PeerSecurity.MutualTls(SSLContext context, PeerPasses _) ->
          TlsWire.open(channel, context, dialled, deadlineNanos);
    };
  }

  /** Our pass, where passes are shown, and the handshake, in one write. */
  private void write(Wire wire, WireNames names, WireHash name) throws IOException {
    byte[] pass =
        switch (security) {
          case PeerSecurity.Plain _ -> NO_PASS;
          case PeerSecurity.MutualTls(SSLContext _, PeerPasses passes) -> passes.ours(names.all());
        };
    if (pass.length > PeerPasses.PASS_BYTES_MAX) {
      throw new IllegalStateException("a pass of " + pass.length + " bytes");
    }
    ByteBuffer ours = ByteBuffer.allocate(Short.BYTES + pass.length + Handshake.BYTES);
    if (security instanceof PeerSecurity.MutualTls) {
      ours.putShort((short) pass.length).put(pass);
    }
    names.handshake(name, self).encode(ours);
    ours.flip();
    while (ours.hasRemaining()) {
      wire.write(new ByteBuffer[] {ours}); // little, into an almost empty send buffer: never waits
    }
  }

  /** Empty where no passes are shown. */
  private byte[] readPass(Wire wire, long deadlineNanos) throws IOException {
    if (security instanceof PeerSecurity.Plain) {
      return NO_PASS;
    }
    byte[] length = new byte[Short.BYTES];
    readFully(wire, length, deadlineNanos);
    int bytes = Short.toUnsignedInt(ByteBuffer.wrap(length).getShort());
    if (bytes > PeerPasses.PASS_BYTES_MAX) {
      throw new ProtocolException(
          "a pass of %d bytes (expected: <= %d)".formatted(bytes, PeerPasses.PASS_BYTES_MAX));
    }
    byte[] pass = new byte[bytes];
    readFully(wire, pass, deadlineNanos);
    return pass;
  }

  private Permit permit(Wire wire, WireNames names, byte[] shown) throws IOException {
    return switch (security) {
      case PeerSecurity.Plain _ -> Permit.ALL;
      case PeerSecurity.MutualTls(SSLContext _, PeerPasses passes) -> {
        if (!(wire instanceof TlsWire secured)) {
          throw new IllegalStateException("a wire in the clear");
        }
        yield switch (passes.right(secured.peer(), names.all(), shown)) {
          case PeerPasses.PeerRight.Exchanges(long forMillis) -> Permit.of(true, forMillis);
          case PeerPasses.PeerRight.Sends(long forMillis) -> Permit.of(false, forMillis);
          case PeerPasses.PeerRight.Refused(String why) -> throw new ProtocolException(why);
        };
      }
    };
  }

  private static void readFully(Wire wire, byte[] target, long deadlineNanos) throws IOException {
    int have = 0;
    while (have < target.length) {
      have += readSome(wire, target, have, deadlineNanos);
    }
  }

  /** Reads the 68 bytes and not one more; a first byte that is not 0x13 ends it at once. */
  private static Handshake read(Wire wire, long deadlineNanos) throws IOException {
    byte[] bytes = new byte[Handshake.BYTES];
    int have = 0;
    while (true) {
      have += readSome(wire, bytes, have, deadlineNanos);
      switch (Handshake.decode(ByteBuffer.wrap(bytes, 0, have))) {
        case DecodedHandshake.Complete(Handshake handshake) -> {
          return handshake;
        }
        case DecodedHandshake.Malformed(String reason) -> throw new ProtocolException(reason);
        case DecodedHandshake.NeedMoreBytes _ -> {}
      }
    }
  }

  private static int readSome(Wire wire, byte[] target, int have, long deadlineNanos)
      throws IOException {
    int got = wire.readWithin(target, have, target.length - have, millisUntil(deadlineNanos));
    if (got < 0) {
      throw new EOFException("closed during the handshake");
    }
    return got;
  }

  private long deadline() {
    int millis =
        switch (security) {
          case PeerSecurity.Plain _ -> HANDSHAKE_MILLIS_MAX;
          case PeerSecurity.MutualTls _ -> SECURED_HANDSHAKE_MILLIS_MAX;
        };
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static int millisUntil(long deadlineNanos) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left < 1) {
      throw new SocketTimeoutException("no handshake within its time");
    }
    return (int) left;
  }

  private void remember(SocketChannel channel) throws IOException {
    open.add(channel);
    if (closed) {
      throw new IOException("the node is closed");
    }
  }

  private void forget(@Nullable SocketChannel channel) {
    if (channel != null) {
      open.remove(channel);
    }
  }

  private static void discard(@Nullable SocketChannel channel) {
    if (channel != null) {
      Greeted.closeQuietly(channel);
    }
  }

  /** Ends every handshake under way; later ones fail at once. */
  @Override
  public void close() {
    closed = true;
    for (SocketChannel channel : open) {
      Greeted.closeQuietly(channel);
    }
  }
}
