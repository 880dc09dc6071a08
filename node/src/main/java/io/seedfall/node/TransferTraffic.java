package io.seedfall.node;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What moves the bytes of one transfer, each way, and how fast it may. Any thread. */
final class TransferTraffic {
  private static final long LOOK_NANOS = 50_000_000L;

  private final Lane receiving;
  private final Lane sending;
  private volatile TransferPace pace = TransferPace.FREE;

  TransferTraffic(NodeParts parts) {
    this.receiving = new Lane(parts.downlink(), parts.receiveLimiter());
    this.sending = new Lane(parts.uplink(), parts.sendLimiter());
  }

  Lane receiving() {
    return receiving;
  }

  Lane sending() {
    return sending;
  }

  TransferPace pace() {
    return pace;
  }

  void pace(TransferPace changed) {
    pace = changed;
    receiving.pace(changed.weight(), changed.receivableBytesPerSecond());
    sending.pace(changed.weight(), changed.maxBytesPerSecond());
  }

  boolean isPaused() {
    return pace.paused();
  }

  /** Waits while it is paused, for those who have nothing else to do meanwhile. */
  void awaitResumed(BooleanSupplier cancelled) {
    while (isPaused() && !cancelled.getAsBoolean()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }

  void close() {
    receiving.close();
    sending.close();
  }
}
