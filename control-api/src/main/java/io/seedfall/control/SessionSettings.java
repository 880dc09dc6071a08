package io.seedfall.control;

/**
 * How a {@link SessionClient} behaves.
 *
 * @param coordinators where they are; sessions are with the one that leads
 * @param connectMillis a connection attempt takes at most this long
 * @param answerMillis the answer to the upgrade, and then to Hello, takes at most this long. A
 *     coordinator to which ten thousand come back at once needs seconds for that; if they gave up
 *     meanwhile, its work would have been in vain, and they would ask for it again
 * @param sendMillis a message that is not handed to the network within this ends the connection
 * @param backoffMinMillis the first wait after a lost connection lies between half of this and this
 * @param backoffMaxMillis the waits double up to this
 * @param refusedMillis the wait after Refused lies between half of this and this
 * @param seed the jitter follows from it
 * @param identity how it shows who it is
 */
public record SessionSettings(
    CoordinatorAddresses coordinators,
    int connectMillis,
    int answerMillis,
    int sendMillis,
    int backoffMinMillis,
    int backoffMaxMillis,
    int refusedMillis,
    long seed,
    ClientIdentity identity) {
  /** Checks the numbers, and that addresses and identity fit. */
  public SessionSettings {
    identity.check(coordinators);
    if (connectMillis < 1
        || answerMillis < 1
        || sendMillis < 1
        || backoffMinMillis < 1
        || backoffMaxMillis < backoffMinMillis
        || refusedMillis < 1) {
      throw new IllegalArgumentException(
          "connectMillis: %d, answerMillis: %d, sendMillis: %d, backoffMinMillis: %d, "
                  .formatted(connectMillis, answerMillis, sendMillis, backoffMinMillis)
              + "backoffMaxMillis: %d, refusedMillis: %d (expected: > 0, backoff min <= max)"
                  .formatted(backoffMaxMillis, refusedMillis));
    }
  }

  /** The same for a coordinator that asks nobody who it is. */
  public SessionSettings(
      CoordinatorAddresses coordinators,
      int connectMillis,
      int answerMillis,
      int sendMillis,
      int backoffMinMillis,
      int backoffMaxMillis,
      int refusedMillis,
      long seed) {
    this(
        coordinators,
        connectMillis,
        answerMillis,
        sendMillis,
        backoffMinMillis,
        backoffMaxMillis,
        refusedMillis,
        seed,
        ClientIdentity.NONE);
  }

  /** What agents use: quarter of a second to 15 s, half a minute after Refused. */
  public static SessionSettings of(CoordinatorAddresses coordinators, long seed) {
    return of(coordinators, seed, ClientIdentity.NONE);
  }

  /** The same for one that shows who it is. */
  public static SessionSettings of(
      CoordinatorAddresses coordinators, long seed, ClientIdentity identity) {
    return new SessionSettings(
        coordinators, 5_000, 15_000, 10_000, 250, 15_000, 30_000, seed, identity);
  }
}
