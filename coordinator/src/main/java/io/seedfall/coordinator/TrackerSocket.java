package io.seedfall.coordinator;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.Parsed;
import io.seedfall.protocol.tracker.SwarmCounts;
import io.seedfall.protocol.tracker.UdpRequest;
import io.seedfall.protocol.tracker.UdpResponse;
import io.seedfall.protocol.tracker.UdpTracker;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tracker's UDP side: one thread, which takes a packet, answers it and takes the next. Packets
 * that make no sense get no answer. Whoever has not proved that the address is its own gets no more
 * bytes than it sent, so that nobody can be flooded in another's name.
 */
final class TrackerSocket implements AutoCloseable {
  private static final SwarmCounts NOBODY = new SwarmCounts(0, 0, 0);
  private static final long TROUBLE_PAUSE_NANOS = 100_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(TrackerSocket.class);

  private final DatagramChannel channel;
  private final Tracker tracker;
  private final Thread thread;

  private TrackerSocket(DatagramChannel channel, Tracker tracker) {
    this.channel = channel;
    this.tracker = tracker;
    this.thread = Thread.ofVirtual().name("seedfall-tracker").unstarted(this::run);
  }

  /**
   * Takes packets from now on.
   *
   * @throws BindException in words, when the address is taken
   */
  static TrackerSocket start(InetSocketAddress listen, Tracker tracker) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.bind(listen);
    } catch (BindException e) {
      channel.close();
      throw WebServer.cannotListen(listen, e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    TrackerSocket socket = new TrackerSocket(channel, tracker);
    socket.thread.start();
    return socket;
  }

  private void run() {
    // One byte more than is read, so that a packet that was cut is seen to be too long.
    ByteBuffer packet = ByteBuffer.allocate(UdpTracker.PACKET_BYTES_MAX + 1);
    while (channel.isOpen()) {
      try {
        packet.clear();
        if (channel.receive(packet) instanceof InetSocketAddress client) {
          byte[] bytes = new byte[packet.flip().remaining()];
          packet.get(bytes);
          byte[] answer = answer(bytes, client);
          if (answer != null) {
            channel.send(ByteBuffer.wrap(answer), client);
          }
        }
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        LOG.debug("a packet was not answered: {}", e.toString());
        LockSupport.parkNanos(TROUBLE_PAUSE_NANOS);
      } catch (RuntimeException e) {
        LOG.error("a bug: a packet was not answered", e);
      }
    }
  }

  private byte @Nullable [] answer(byte[] bytes, InetSocketAddress client) {
    String address = Tracker.canonical(client.getAddress());
    if (!tracker.admits(address)
        || !(UdpTracker.parseRequest(bytes)
            instanceof Parsed.Valid<UdpRequest>(UdpRequest request))) {
      return null;
    }
    CompactEndpoints family =
        client.getAddress() instanceof Inet4Address ? CompactEndpoints.V4 : CompactEndpoints.V6;
    return UdpTracker.encode(answer(request, address, family), family);
  }

  private UdpResponse answer(UdpRequest request, String address, CompactEndpoints family) {
    return switch (request) {
      case UdpRequest.Connect(int transaction) ->
          new UdpResponse.Connected(transaction, tracker.connect(address));
      case UdpRequest.Announce(long id, int transaction, AnnounceRequest announcement) ->
          tracker.knows(id, address)
              ? announced(transaction, tracker.announce(announcement, address, family))
              : unconnected(transaction);
      case UdpRequest.Scrape(long id, int transaction, List<WireHash> torrents) ->
          tracker.knows(id, address)
              ? scraped(transaction, torrents, tracker.scrape(torrents))
              : unconnected(transaction);
    };
  }

  /** Shorter than the shortest request that is answered with it. */
  private static UdpResponse unconnected(int transaction) {
    return new UdpResponse.Failed(transaction, "connect first");
  }

  private static UdpResponse announced(int transaction, AnnounceResponse response) {
    return switch (response) {
      case AnnounceResponse.Peers peers -> new UdpResponse.Announced(transaction, peers);
      case AnnounceResponse.Refused(String reason) -> new UdpResponse.Failed(transaction, reason);
    };
  }

  private static UdpResponse scraped(
      int transaction, List<WireHash> torrents, SortedMap<WireHash, SwarmCounts> counts) {
    return new UdpResponse.Scraped(
        transaction,
        torrents.stream().map(torrent -> counts.getOrDefault(torrent, NOBODY)).toList());
  }

  @Override
  public void close() {
    try {
      channel.close();
      thread.join();
    } catch (IOException e) {
      LOG.warn("closing the tracker's socket: {}", e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
