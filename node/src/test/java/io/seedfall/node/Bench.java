package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a test of real nodes needs: nodes that end with it, and content that is a formula. */
final class Bench implements AutoCloseable {
  private static final long LINK_BYTES_PER_SECOND = 1_250_000_000L;
  private static final long ONE_WAY_NANOS = 75_000L;

  private final Path root;
  private final List<Node> nodes = new ArrayList<>();

  Bench(Path root) {
    this.root = root;
  }

  static NodeSettings settings(String address, long seed) {
    return settings(address, seed, 0, 0);
  }

  static NodeSettings settings(
      String address, long seed, long receiveBytesPerSecond, long sendBytesPerSecond) {
    return new NodeSettings(
        new InetSocketAddress(InetAddress.ofLiteral(address), 0),
        receiveBytesPerSecond,
        sendBytesPerSecond,
        LINK_BYTES_PER_SECOND,
        ONE_WAY_NANOS,
        "",
        seed);
  }

  Node node() throws IOException {
    return node(settings("127.0.0.1", nodes.size() + 1L));
  }

  Node node(NodeSettings settings) throws IOException {
    Node node = Node.open(settings);
    nodes.add(node);
    return node;
  }

  static Endpoint endpoint(Node node) {
    return Addresses.endpoint(node.listenAddress());
  }

  /** A file of so many bytes that follow from {@code seed}. */
  Path file(String name, long bytes, long seed) throws IOException {
    Path path = root.resolve(name);
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    SeededRandom random = new SeededRandom(seed);
    byte[] chunk = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(path)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(left, chunk.length));
      }
    }
    return path;
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  static Metainfo metainfo(Path source, int pieceBytes) throws IOException {
    return ArtifactHasher.hash(
        source, String.valueOf(source.getFileName()), pieceBytes, HashProgress.none());
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes) {
      node.close();
      if (node.threadsAlive() != 0 || node.connections() != 0) {
        throw new AssertionError(
            "left: %d threads, %d connections".formatted(node.threadsAlive(), node.connections()));
      }
    }
  }
}
