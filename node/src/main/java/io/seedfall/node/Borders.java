package io.seedfall.node;

import io.seedfall.protocol.wire.GrantTerms;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this machine may move over the uplinks of its zone and of its rack. Blocks count on
 * connections that cross a border; the few bytes of messages do not. A peer that says no zone, or
 * no rack, counts as one outside. Any thread.
 */
final class Borders {
  /**
   * Which borders a connection crosses.
   *
   * @param zone the other end stands in another zone
   * @param rack it stands in another rack
   */
  record Crossing(boolean zone, boolean rack) {
    /** Of somebody of whom nothing is known. */
    static final Crossing ALL = new Crossing(true, true);
  }

  /** One border, both ways. */
  private static final class Border {
    private final RateLimiter out = new RateLimiter(0);
    private final RateLimiter in = new RateLimiter(0);

    void cap(NodeCaps.Share share) {
      out.rate(share.sendBytesPerSecond());
      in.rate(share.receiveBytesPerSecond());
    }
  }

  private final String zoneName;
  private final String rackName;
  private final Border zone = new Border();
  private final Border rack = new Border();

  /** Those of a machine that stands there; empty for nowhere in particular. */
  Borders(String zoneName, String rackName) {
    this.zoneName = zoneName;
    this.rackName = rackName;
  }

  /** Other caps from now on, also for whoever waits. */
  void cap(NodeCaps caps) {
    zone.cap(caps.zone());
    rack.cap(caps.rack());
  }

  /** What a peer's terms say about the way to it; null for one that has none. */
  Crossing crossing(@Nullable GrantTerms terms) {
    return terms == null
        ? Crossing.ALL
        : new Crossing(
            zoneName.isEmpty() || !zoneName.equals(terms.zone()),
            rackName.isEmpty() || !rackName.equals(terms.rack()));
  }

  /** Whether a block may have to wait before it goes out there. */
  boolean limitsOut(Crossing crossing) {
    return (crossing.zone() && zone.out.limits()) || (crossing.rack() && rack.out.limits());
  }

  /** Waits until a block may go out there, unless {@code cancelled} becomes true. */
  void awaitOut(Crossing crossing, long bytes, BooleanSupplier cancelled) {
    if (crossing.rack()) {
      rack.out.await(bytes, cancelled);
    }
    if (crossing.zone()) {
      zone.out.await(bytes, cancelled);
    }
  }

  /** Waits until a block may come in from there, unless {@code cancelled} becomes true. */
  void awaitIn(Crossing crossing, long bytes, BooleanSupplier cancelled) {
    if (crossing.rack()) {
      rack.in.await(bytes, cancelled);
    }
    if (crossing.zone()) {
      zone.in.await(bytes, cancelled);
    }
  }
}
