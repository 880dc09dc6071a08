package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.WireHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the local network by multicast which torrents are here, and hears the same from others (BEP
 * 14). One thread speaks, one for each family of addresses listens.
 */
final class LocalDiscovery implements AutoCloseable {
  /** Where all clients listen. */
  static final int PORT = 6771;

  /** Network interfaces that are spoken to when we listen on all of them. */
  static final int INTERFACES_MAX = 8;

  /** Packets that are looked at in a second; the others are dropped. */
  static final int PACKETS_PER_SECOND_MAX = 100;

  private static final String IPV4_GROUP = "239.192.152.143";
  private static final String IPV6_GROUP = "ff15::efc0:988f";
  private static final long TROUBLE_PAUSE_NANOS = 100_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(LocalDiscovery.class);

  /**
   * What it is made from.
   *
   * @param listen where peers reach us
   * @param groupPort {@link #PORT}, but in a test
   * @param torrents the names to announce, asked for each time
   * @param learnt takes a name and who is in that swarm; may block
   * @param seed of everything random
   */
  record Setup(
      InetSocketAddress listen,
      int groupPort,
      Supplier<List<WireHash>> torrents,
      BiConsumer<WireHash, Endpoint> learnt,
      long seed) {}

  /** One family of addresses: its socket, and where it was joined. */
  private record Group(
      DatagramChannel channel, InetSocketAddress address, List<NetworkInterface> interfaces) {
    String host() {
      boolean v6 = address.getAddress().getAddress().length > 4;
      return (v6 ? "[" + IPV6_GROUP + "]" : IPV4_GROUP) + ":" + address.getPort();
    }
  }

  private final Setup setup;
  private final List<Group> groups;
  private final String cookie;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LocalSchedule schedule;
  private boolean closed;

  private LocalDiscovery(Setup setup, List<Group> groups) {
    SeededRandom random = new SeededRandom(setup.seed());
    this.setup = setup;
    this.groups = groups;
    this.cookie = "%08x".formatted(random.nextInt());
    this.schedule = new LocalSchedule(random);
  }

  /**
   * Joins the groups on the interface that peers reach us at, or on all when that is any.
   *
   * @throws IOException when none could be joined
   */
  static LocalDiscovery open(Setup setup) throws IOException {
    InetAddress listen = setup.listen().getAddress();
    List<NetworkInterface> interfaces = interfaces(listen);
    List<Group> groups = new ArrayList<>();
    IOException trouble = new IOException("no network interface for it");
    boolean v4 = listen.isAnyLocalAddress() || listen.getAddress().length == 4;
    boolean v6 = listen.isAnyLocalAddress() || listen.getAddress().length > 4;
    for (String group : List.of(IPV4_GROUP, IPV6_GROUP)) {
      if (!(group.equals(IPV4_GROUP) ? v4 : v6)) {
        continue;
      }
      try {
        groups.add(join(InetAddress.ofLiteral(group), setup.groupPort(), interfaces));
      } catch (IOException e) {
        trouble = e;
      }
    }
    if (groups.isEmpty()) {
      throw new IOException(
          "cannot look for peers on the local network: " + Words.of(trouble), trouble);
    }
    return new LocalDiscovery(setup, groups);
  }

  private static List<NetworkInterface> interfaces(InetAddress listen) throws SocketException {
    if (!listen.isAnyLocalAddress()) {
      NetworkInterface one = NetworkInterface.getByInetAddress(listen);
      return one == null ? List.of() : List.of(one);
    }
    List<NetworkInterface> all = new ArrayList<>();
    for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
      boolean fits = one.isUp() && !one.isLoopback() && one.supportsMulticast();
      if (fits && all.size() < INTERFACES_MAX) {
        all.add(one);
      }
    }
    return all;
  }

  private static Group join(InetAddress group, int port, List<NetworkInterface> interfaces)
      throws IOException {
    boolean v4 = group.getAddress().length == 4;
    ProtocolFamily family = v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true); // other clients are here too
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
      channel.bind(new InetSocketAddress(port));
      List<NetworkInterface> joined = new ArrayList<>();
      IOException trouble = new IOException("no network interface for it");
      for (NetworkInterface one : interfaces) {
        try {
          channel.join(group, one);
          joined.add(one);
        } catch (IOException e) {
          trouble = e; // it has no address of this family, most likely
        }
      }
      if (joined.isEmpty()) {
        throw trouble;
      }
      return new Group(channel, new InetSocketAddress(group, port), joined);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Begins to speak and to listen. */
  void start(Threads threads) {
    threads.start("seedfall-local-say", this::speak);
    groups.forEach(group -> threads.start("seedfall-local-hear", () -> listen(group)));
  }

  /* --------------- speaking --------------- */

  /** There is a torrent more to tell of. */
  void torrentAdded() {
    lock.lock();
    try {
      schedule.torrentAdded(nowMillis());
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  private void speak() {
    while (awaitDue()) {
      List<WireHash> all = setup.torrents().get();
      for (int from = 0; from < all.size(); from += LocalAnnouncement.TORRENTS_MAX) {
        int to = Math.min(all.size(), from + LocalAnnouncement.TORRENTS_MAX);
        send(new LocalAnnouncement(setup.listen().getPort(), all.subList(from, to), cookie));
      }
    }
  }

  /** Waits until it is time to speak; false when it is over. */
  private boolean awaitDue() {
    lock.lock();
    try {
      while (!closed) {
        long waitMillis = schedule.dueMillis() - nowMillis();
        if (waitMillis <= 0) {
          schedule.announced(nowMillis());
          return true;
        }
        changed.await(waitMillis, TimeUnit.MILLISECONDS);
      }
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      lock.unlock();
    }
  }

  private void send(LocalAnnouncement announcement) {
    for (Group group : groups) {
      byte[] packet = announcement.packet(group.host());
      for (NetworkInterface one : group.interfaces()) {
        try {
          group.channel().setOption(StandardSocketOptions.IP_MULTICAST_IF, one);
          group.channel().send(ByteBuffer.wrap(packet), group.address());
        } catch (IOException e) {
          LOG.debug("cannot announce to {} on {}: {}", group.host(), one.getName(), e.toString());
        }
      }
    }
  }

  /* --------------- listening --------------- */

  private void listen(Group group) {
    byte[] packet = new byte[LocalAnnouncement.PACKET_BYTES_MAX + 1];
    long second = 0;
    int heard = 0;
    while (true) {
      try {
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        SocketAddress from = group.channel().receive(buffer);
        long now = nowMillis() / 1000;
        heard = now == second ? heard + 1 : 1;
        second = now;
        if (heard <= PACKETS_PER_SECOND_MAX && from instanceof InetSocketAddress sender) {
          hear(LocalAnnouncement.parse(packet, buffer.position()), sender.getAddress());
        }
      } catch (IOException e) {
        if (!group.channel().isOpen()) {
          return;
        }
        LOG.debug("cannot hear announcements: {}", e.toString());
        LockSupport.parkNanos(TROUBLE_PAUSE_NANOS); // trying again at once would burn the processor
      }
    }
  }

  private void hear(@Nullable LocalAnnouncement said, InetAddress from) {
    boolean scoped = from.getAddress().length > 4 && from.isLinkLocalAddress();
    if (said == null || said.cookie().equals(cookie) || scoped) {
      return;
    }
    Endpoint peer = Addresses.endpoint(new InetSocketAddress(from, said.port()));
    said.torrents().forEach(name -> setup.learnt().accept(name, peer));
  }

  /** Ends it; its threads are at their end soon after. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    groups.forEach(group -> Greeted.closeQuietly(group.channel()));
  }
}
