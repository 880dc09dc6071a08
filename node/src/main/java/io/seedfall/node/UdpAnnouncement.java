package io.seedfall.node;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.Parsed;
import io.seedfall.protocol.tracker.UdpRequest;
import io.seedfall.protocol.tracker.UdpResponse;
import io.seedfall.protocol.tracker.UdpTracker;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One announcement to a UDP tracker (BEP 15), on a socket of its own.
 *
 * <pre>
 *   Connecting --Connected--> Announcing --Announced or Failed--> over
 *        ^                        │
 *        └──── id is too old ─────┘      nothing came: again, twice as long, or over
 * </pre>
 */
final class UdpAnnouncement {
  /** How long a client may use a connection id (BEP 15). */
  private static final long CONNECTION_NANOS = 60_000_000_000L;

  private final DatagramSocket socket;
  private final CompactEndpoints family;
  private final RandomGenerator random;

  private UdpAnnouncement(DatagramSocket socket, CompactEndpoints family, RandomGenerator random) {
    this.socket = socket;
    this.family = family;
    this.random = random;
  }

  /**
   * Announces and waits for the answer; what went wrong is a refusal.
   *
   * @param from the address to speak from; null for any
   * @throws InterruptedException when the thread, a virtual one, was interrupted
   */
  static AnnounceResponse announce(
      InetSocketAddress tracker,
      @Nullable InetAddress from,
      AnnounceRequest request,
      TrackerPatience patience,
      RandomGenerator random)
      throws InterruptedException {
    CompactEndpoints family =
        tracker.getAddress() instanceof Inet4Address ? CompactEndpoints.V4 : CompactEndpoints.V6;
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
      socket.connect(tracker);
      return new UdpAnnouncement(socket, family, random).run(request, patience);
    } catch (PortUnreachableException _) {
      return new AnnounceResponse.Refused("nobody listens there");
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return new AnnounceResponse.Refused(Words.of(e));
    }
  }

  private AnnounceResponse run(AnnounceRequest announcement, TrackerPatience patience)
      throws IOException {
    UdpResponse.@Nullable Connected connected = null;
    long connectedNanos = 0;
    int retransmissions = 0;
    while (retransmissions <= patience.udpRetransmissionsMax()) {
      int transaction = random.nextInt();
      if (System.nanoTime() - connectedNanos >= CONNECTION_NANOS) {
        connected = null;
      }
      UdpRequest request =
          connected == null
              ? new UdpRequest.Connect(transaction)
              : new UdpRequest.Announce(connected.connectionId(), transaction, announcement);
      boolean current = connected != null;
      byte[] packet = UdpTracker.encode(request);
      socket.send(new DatagramPacket(packet, packet.length));
      switch (await(transaction, patience.udpMillis() << retransmissions)) {
        case UdpResponse.Connected said when !current -> {
          connected = said;
          connectedNanos = System.nanoTime();
        }
        case UdpResponse.Announced(int _, AnnounceResponse.Peers peers) when current -> {
          return peers;
        }
        case UdpResponse.Failed(int _, String message) -> {
          return new AnnounceResponse.Refused(message);
        }
        case UdpResponse.Connected _, UdpResponse.Announced _, UdpResponse.Scraped _ -> {
          return new AnnounceResponse.Refused("it answers what was not asked");
        }
        case null -> retransmissions++;
      }
    }
    return new AnnounceResponse.Refused("no answer");
  }

  /** The answer to that, or null when none came in time; whatever else comes is passed over. */
  private @Nullable UdpResponse await(int transaction, long millis) throws IOException {
    byte[] buffer = new byte[UdpTracker.PACKET_BYTES_MAX + 1];
    long deadlineNanos = System.nanoTime() + millis * 1_000_000;
    while (true) {
      long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return null;
      }
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      socket.setSoTimeout(Math.toIntExact(leftMillis));
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException _) {
        return null;
      }
      byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
      if (UdpTracker.parseResponse(bytes, family)
              instanceof Parsed.Valid<UdpResponse>(UdpResponse response)
          && response.transactionId() == transaction) {
        return response;
      }
    }
  }
}
