package io.seedfall.coordinator;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a coordinator is to run.
 *
 * @param listen address and port of everything it serves; port 0 takes a free one
 * @param database where everything it knows is
 * @param insecure whether it may listen beyond loopback although nothing is encrypted and nobody
 *     has to prove who he is
 * @param advertise where other machines reach it: agents, and users whom another coordinator sends
 *     here; null for where it listens
 * @param tracker address and port of a BitTorrent tracker for any client, HTTP and UDP; null for
 *     none. It is in the clear and asks nobody who he is, whatever the identity
 * @param identity the directory of the cluster's identity; null to run without: in the clear, and
 *     whoever reaches it may do everything
 */
public record CoordinatorSettings(
    InetSocketAddress listen,
    Database database,
    boolean insecure,
    @Nullable InetSocketAddress advertise,
    @Nullable InetSocketAddress tracker,
    @Nullable Path identity) {
  /** Refuses an address beyond loopback, unless that is what was asked for. */
  public CoordinatorSettings {
    check("listen", listen, insecure || identity != null);
    if (tracker != null) {
      check("tracker", tracker, insecure);
    }
    if (advertise == null) {
      if (database instanceof Database.Postgres && listen.getAddress().isAnyLocalAddress()) {
        throw new IllegalArgumentException(
            "advertise: nothing (expected: where other machines reach this coordinator, because it"
                + " listens on every address)");
      }
    } else if (advertise.isUnresolved()
        || advertise.getAddress().isAnyLocalAddress()
        || advertise.getPort() == 0) {
      throw new IllegalArgumentException(
          "advertise: " + advertise + " (expected: ADDRESS:PORT where other machines reach it)");
    }
  }

  /** With SQLite in that directory, and without a tracker. */
  public CoordinatorSettings(InetSocketAddress listen, Path stateDirectory, boolean insecure) {
    this(listen, new Database.Embedded(stateDirectory), insecure, null, null);
  }

  /** One without an identity. */
  public CoordinatorSettings(
      InetSocketAddress listen,
      Database database,
      boolean insecure,
      @Nullable InetSocketAddress advertise,
      @Nullable InetSocketAddress tracker) {
    this(listen, database, insecure, advertise, tracker, null);
  }

  private static void check(String name, InetSocketAddress address, boolean insecure) {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          name + ": " + address.getHostString() + " (expected: an address of this machine)");
    }
    if (!insecure && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          name
              + ": "
              + address.getAddress().getHostAddress()
              + " (expected: a loopback address such as 127.0.0.1, because nothing is encrypted"
              + " there; 'seedfall coordinator init' changes that for --listen, --insecure listens"
              + " there all the same)");
    }
  }
}
