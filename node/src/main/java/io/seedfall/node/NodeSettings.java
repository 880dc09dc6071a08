package io.seedfall.node;

import io.seedfall.protocol.wire.GrantTerms;
import java.net.InetSocketAddress;
import java.util.stream.LongStream;

/**
 * What a {@link Node} is made from.
 *
 * @param listen where peers reach us; port 0 takes any free port. Connections that we open are
 *     bound to this address too when it is a specific one, so that the other end sees where we
 *     listen
 * @param receiveBytesPerSecond cap on what all transfers together receive; 0 for none
 * @param sendBytesPerSecond cap on what all transfers together send; 0 for none
 * @param linkBytesPerSecond rate of the network card, from which windows and time-outs follow; 0
 *     when not known
 * @param oneWayNanos one-way latency between two peers
 * @param rack the rack this machine stands in, empty when racks do not matter
 * @param seed everything random follows from it, the peer id too
 * @param zone the zone this machine stands in, empty when zones do not matter
 * @param security of all its connections with peers
 */
public record NodeSettings(
    InetSocketAddress listen,
    long receiveBytesPerSecond,
    long sendBytesPerSecond,
    long linkBytesPerSecond,
    long oneWayNanos,
    String rack,
    long seed,
    String zone,
    PeerSecurity security) {

  /** Across a data centre. */
  private static final long ONE_WAY_NANOS_DEFAULT = 100_000L;

  /**
   * Settings of a peer in a data centre.
   *
   * @param maxBytesPerSecond cap each way; 0 for none
   * @param linkBytesPerSecond rate of the network card; 0 when not known
   */
  public static NodeSettings of(
      InetSocketAddress listen,
      long maxBytesPerSecond,
      long linkBytesPerSecond,
      String rack,
      long seed) {
    return new NodeSettings(
        listen,
        maxBytesPerSecond,
        maxBytesPerSecond,
        linkBytesPerSecond,
        ONE_WAY_NANOS_DEFAULT,
        rack,
        seed);
  }

  /** Settings of a node in no zone, that speaks with anybody in the clear. */
  public NodeSettings(
      InetSocketAddress listen,
      long receiveBytesPerSecond,
      long sendBytesPerSecond,
      long linkBytesPerSecond,
      long oneWayNanos,
      String rack,
      long seed) {
    this(
        listen,
        receiveBytesPerSecond,
        sendBytesPerSecond,
        linkBytesPerSecond,
        oneWayNanos,
        rack,
        seed,
        "",
        new PeerSecurity.Plain());
  }

  /** The same with its connections secured like that. */
  public NodeSettings withSecurity(PeerSecurity changed) {
    return new NodeSettings(
        listen,
        receiveBytesPerSecond,
        sendBytesPerSecond,
        linkBytesPerSecond,
        oneWayNanos,
        rack,
        seed,
        zone,
        changed);
  }

  /** Refuses what cannot be meant. */
  public NodeSettings {
    if (listen.isUnresolved()) {
      throw new IllegalArgumentException("listen: " + listen + " (expected: an IP address)");
    }
    if (receiveBytesPerSecond < 0 || sendBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "receiveBytesPerSecond: %d, sendBytesPerSecond: %d (expected: >= 0)"
              .formatted(receiveBytesPerSecond, sendBytesPerSecond));
    }
    if (linkBytesPerSecond < 0 || oneWayNanos < 0) {
      throw new IllegalArgumentException(
          "linkBytesPerSecond: %d, oneWayNanos: %d (expected: >= 0)"
              .formatted(linkBytesPerSecond, oneWayNanos));
    }
    checkName("rack", rack);
    checkName("zone", zone);
  }

  private static void checkName(String of, String name) {
    if (name.length() > GrantTerms.PLACE_CHARS_MAX) {
      throw new IllegalArgumentException(
          "%s: %s (expected: at most %d characters)"
              .formatted(of, name, GrantTerms.PLACE_CHARS_MAX));
    }
  }

  /** The same in a zone. */
  public NodeSettings withZone(String name) {
    return new NodeSettings(
        listen,
        receiveBytesPerSecond,
        sendBytesPerSecond,
        linkBytesPerSecond,
        oneWayNanos,
        rack,
        seed,
        name,
        security);
  }

  /**
   * The least rate among the card and both caps, in bytes a second, which windows and times follow
   * from; 0 when none is known.
   */
  long pacingBytesPerSecond() {
    return least(linkBytesPerSecond, receiveBytesPerSecond, sendBytesPerSecond);
  }

  /** What can come in, in bytes a second, 0 when not known. */
  long receivableBytesPerSecond() {
    return least(linkBytesPerSecond, receiveBytesPerSecond);
  }

  /** What can go out, in bytes a second, 0 when not known. */
  long sendableBytesPerSecond() {
    return least(linkBytesPerSecond, sendBytesPerSecond);
  }

  /** The same with one more cap, each way; 0 for none. */
  NodeSettings capped(long bytesPerSecond) {
    return new NodeSettings(
        listen,
        least(receiveBytesPerSecond, bytesPerSecond),
        least(sendBytesPerSecond, bytesPerSecond),
        linkBytesPerSecond,
        oneWayNanos,
        rack,
        seed,
        zone,
        security);
  }

  private static long least(long... rates) {
    return LongStream.of(rates).filter(rate -> rate > 0).min().orElse(0);
  }
}
