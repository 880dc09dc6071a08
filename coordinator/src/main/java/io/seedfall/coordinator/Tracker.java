package io.seedfall.coordinator;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.IpAddress;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.SwarmCounts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A BitTorrent tracker for any client: HTTP (BEP 3, 7, 23, 48) and UDP (BEP 15) on one address and
 * one port number. It has an address of its own, because the coordinator's obeys whoever can reach
 * it, and to be reached is what a tracker is for.
 *
 * <p>What it knows is in memory: peers announce themselves again, and a restart costs one interval.
 * It is the one owner of {@link PeerBook}, rates and connection ids; the threads of both protocols
 * pass its lock, and none waits inside.
 */
final class Tracker implements AutoCloseable {
  /** Requests of one address that are heard in a second. */
  static final int REQUESTS_PER_ADDRESS_MAX = 100;

  /** Requests of all addresses that are heard in a second. */
  static final int REQUESTS_MAX = 20_000;

  /** How often another port is tried when the free one for HTTP is taken for UDP. */
  private static final int PORTS_TRIED_MAX = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final PeerBook book;
  private final RequestRate rate = new RequestRate(REQUESTS_PER_ADDRESS_MAX, REQUESTS_MAX);
  private final ConnectionIds ids;
  private final SeededRandom random;
  private final LongSupplier clock;

  private @Nullable TrackerWeb web;
  private @Nullable TrackerSocket socket;

  Tracker(PeerBook.Limits limits, LongSupplier clock) {
    SecureRandom unpredictable = new SecureRandom();
    byte[] secret = new byte[ConnectionIds.SECRET_BYTES];
    unpredictable.nextBytes(secret);
    this.book = new PeerBook(limits);
    this.ids = new ConnectionIds(secret);
    this.random = new SeededRandom(unpredictable.nextLong());
    this.clock = clock;
  }

  /**
   * Listens; port 0 takes one that is free for both.
   *
   * @throws BindException in words, when the address is taken or is not of this machine
   */
  static Tracker start(InetSocketAddress listen, PeerBook.Limits limits, LongSupplier clock)
      throws IOException {
    Tracker tracker = new Tracker(limits, clock);
    for (int tried = 1; ; tried++) {
      TrackerWeb web = TrackerWeb.start(listen, tracker);
      try {
        tracker.socket = TrackerSocket.start(web.address(), tracker);
        tracker.web = web;
        return tracker;
      } catch (BindException e) {
        web.close();
        if (listen.getPort() != 0 || tried == PORTS_TRIED_MAX) {
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        web.close();
        throw e;
      }
    }
  }

  /** Where it listens, with the real port when port 0 was asked for. */
  InetSocketAddress address() {
    if (web == null) {
      throw new IllegalStateException("not started");
    }
    return web.address();
  }

  /** The one spelling of a client's address. */
  static String canonical(InetAddress address) {
    return IpAddress.text(address.getAddress());
  }

  /** Counts a request of this address; whether it is to be heard. */
  boolean admits(String address) {
    lock.lock();
    try {
      return rate.admits(address, clock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** See {@link PeerBook#announce}. */
  AnnounceResponse announce(
      AnnounceRequest request, String address, @Nullable CompactEndpoints family) {
    lock.lock();
    try {
      return book.announce(request, address, family, clock.getAsLong(), random);
    } finally {
      lock.unlock();
    }
  }

  /** See {@link PeerBook#scrape}. */
  SortedMap<WireHash, SwarmCounts> scrape(List<WireHash> torrents) {
    lock.lock();
    try {
      return book.scrape(torrents, clock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** A connection id for this address. */
  long connect(String address) {
    return ids.issue(address, clock.getAsLong());
  }

  /** Whether this address has this connection id from here. */
  boolean knows(long connectionId, String address) {
    return ids.accepts(connectionId, address, clock.getAsLong());
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
    if (web != null) {
      web.close();
    }
  }
}
