package io.seedfall.protocol.wire;

import io.seedfall.protocol.Endpoint;

/**
 * A peer that another one is connected to (BEP 11).
 *
 * @param endpoint where it listens
 * @param flags what is said about it: {@link #SEED}, {@link #REACHABLE} and bits that mean nothing
 *     here; 0 to 255
 */
public record ExchangedPeer(Endpoint endpoint, int flags) {
  /** It wants to download nothing (BEP 21). */
  public static final int SEED = 0x02;

  /** The connection was opened to it, so it can be reached. */
  public static final int REACHABLE = 0x10;

  /** Checks the flags. */
  public ExchangedPeer {
    if (flags < 0 || flags > 255) {
      throw new IllegalArgumentException("flags: " + flags + " (expected: 0..255)");
    }
  }

  /** Whether it wants to download nothing. */
  public boolean isSeed() {
    return (flags & SEED) != 0;
  }
}
