package io.seedfall.cli;

import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.protocol.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * A peer of its own, without a coordinator: where it listens, whom it knows, how fast it may be.
 */
final class PeerOptions {
  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      defaultValue = "0.0.0.0:0",
      description =
          "where peers reach this one; port 0 takes a free one (default: ${DEFAULT-VALUE})")
  InetSocketAddress listen;

  @Option(
      names = "--peer",
      paramLabel = "ADDR:PORT",
      description = "a peer to connect to; may be said again")
  List<InetSocketAddress> peers = new ArrayList<>();

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "send and receive at most so much: 100MB/s, 1Gbit (default: no limit)")
  long maxBytesPerSecond;

  @Option(
      names = "--link-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "what the network card does, from which windows follow (default: not known)")
  long linkBytesPerSecond;

  @Option(
      names = "--local-discovery",
      description = "look for peers on the local network, by multicast; never for private torrents")
  boolean localDiscovery;

  /** Listens. */
  Node open() {
    NodeSettings settings =
        NodeSettings.of(listen, maxBytesPerSecond, linkBytesPerSecond, "", Randomness.seed());
    try {
      Node node = Node.open(settings);
      if (localDiscovery) {
        discover(node);
      }
      return node;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }

  private static void discover(Node node) throws IOException {
    try {
      node.discoverLocally();
    } catch (IOException e) {
      node.close();
      throw e;
    }
  }

  /** The peers that were named. */
  List<Endpoint> endpoints() {
    return peers.stream()
        .map(peer -> new Endpoint(peer.getAddress().getHostAddress(), peer.getPort()))
        .toList();
  }
}
