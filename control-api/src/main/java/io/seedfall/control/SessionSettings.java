package io.seedfall.control;

/**
 * How a {@link SessionClient} behaves.
 *
 * @param coordinators where they are; sessions are with the one that leads
 * @param connectMillis a connection attempt, and the wait for Welcome, take at most this long
 * @param sendMillis a message that is not handed to the network within this ends the connection
 * @param backoffMinMillis the first wait after a lost connection lies between half of this and this
 * @param backoffMaxMillis the waits double up to this
 * @param refusedMillis the wait after Refused lies between half of this and this
 * @param seed the jitter follows from it
 */
public record SessionSettings(
    CoordinatorAddresses coordinators,
    int connectMillis,
    int sendMillis,
    int backoffMinMillis,
    int backoffMaxMillis,
    int refusedMillis,
    long seed) {
  /** Checks the numbers. */
  public SessionSettings {
    if (connectMillis < 1
        || sendMillis < 1
        || backoffMinMillis < 1
        || backoffMaxMillis < backoffMinMillis
        || refusedMillis < 1) {
      throw new IllegalArgumentException(
          "connectMillis: %d, sendMillis: %d, backoffMinMillis: %d, backoffMaxMillis: %d, "
                  .formatted(connectMillis, sendMillis, backoffMinMillis, backoffMaxMillis)
              + "refusedMillis: %d (expected: > 0, backoff min <= max)".formatted(refusedMillis));
    }
  }

  /** What agents use: quarter of a second to 15 s, half a minute after Refused. */
  public static SessionSettings of(CoordinatorAddresses coordinators, long seed) {
    return new SessionSettings(coordinators, 5_000, 10_000, 250, 15_000, 30_000, seed);
  }
}
