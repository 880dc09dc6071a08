package io.seedfall.node;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How many connections a node holds: in all, from one address, and before their handshake is done.
 * Who comes when there is no place is turned away at once.
 */
final class ConnectionCap {
  /** Connections of a node at most, either way. */
  static final int CONNECTIONS_MAX = 1024;

  /** Connections that one address may have opened to us. */
  static final int FROM_ONE_ADDRESS_MAX = 128;

  /** Connections that others opened and whose handshake has not come. */
  static final int UNGREETED_MAX = 128;

  /** Those of one address, so that it cannot keep the others out by saying nothing. */
  static final int UNGREETED_FROM_ONE_ADDRESS_MAX = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetAddress, Integer> fromAddress = new HashMap<>();
  private final Map<InetAddress, Integer> ungreetedFrom = new HashMap<>();
  private int connections;
  private int ungreeted;

  /** The right to be connected, until it is left. */
  final class Place {
    private final @Nullable InetAddress address;
    private final AtomicBoolean awaitsGreeting;
    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place(@Nullable InetAddress address) {
      this.address = address;
      this.awaitsGreeting = new AtomicBoolean(address != null);
    }

    /** The handshake is done. */
    void greeted() {
      if (awaitsGreeting.compareAndSet(true, false)) {
        lock.lock();
        try {
          ungreeted--;
          oneLess(ungreetedFrom, address);
        } finally {
          lock.unlock();
        }
      }
    }

    /** The connection is over. A second call does nothing. */
    void leave() {
      if (!taken.compareAndSet(true, false)) {
        return;
      }
      greeted();
      lock.lock();
      try {
        connections--;
        oneLess(fromAddress, address);
      } finally {
        lock.unlock();
      }
    }
  }

  private static void oneLess(Map<InetAddress, Integer> counted, @Nullable InetAddress address) {
    if (address != null) {
      counted.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /** A place for a connection that {@code address} opened, null when there is none. */
  @Nullable Place enter(InetAddress address) {
    lock.lock();
    try {
      int same = fromAddress.getOrDefault(address, 0);
      if (connections >= CONNECTIONS_MAX
          || same >= FROM_ONE_ADDRESS_MAX
          || ungreetedFrom.getOrDefault(address, 0) >= UNGREETED_FROM_ONE_ADDRESS_MAX
          || ungreeted >= UNGREETED_MAX) {
        return null;
      }
      connections++;
      ungreeted++;
      fromAddress.put(address, same + 1);
      ungreetedFrom.merge(address, 1, Integer::sum);
      return new Place(address);
    } finally {
      lock.unlock();
    }
  }

  /** A place for a connection that we open, null when there is none. */
  @Nullable Place enterDialled() {
    lock.lock();
    try {
      if (connections >= CONNECTIONS_MAX) {
        return null;
      }
      connections++;
      return new Place(null);
    } finally {
      lock.unlock();
    }
  }

  /** Places taken. */
  int connections() {
    lock.lock();
    try {
      return connections;
    } finally {
      lock.unlock();
    }
  }
}
