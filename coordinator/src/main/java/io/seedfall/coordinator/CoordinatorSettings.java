package io.seedfall.coordinator;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * How a coordinator is to run.
 *
 * @param listen address and port of everything it serves; port 0 takes a free one
 * @param stateDirectory its own directory: database, metainfo files, a lock; made when missing
 * @param insecure whether it may listen beyond loopback although nothing is encrypted and nobody
 *     has to prove who he is
 */
public record CoordinatorSettings(InetSocketAddress listen, Path stateDirectory, boolean insecure) {
  /** Refuses an address beyond loopback, unless that is what was asked for. */
  public CoordinatorSettings {
    if (listen.isUnresolved()) {
      throw new IllegalArgumentException(
          "listen: " + listen.getHostString() + " (expected: an address of this machine)");
    }
    if (!insecure && !listen.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "listen: "
              + listen.getAddress().getHostAddress()
              + " (expected: a loopback address such as 127.0.0.1, because there are no"
              + " certificates yet; --insecure listens there all the same)");
    }
  }
}
