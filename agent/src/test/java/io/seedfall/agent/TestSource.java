package io.seedfall.agent;

import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.HashProgress;
import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.node.SeedSpec;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A peer that holds some content and seeds it: a real node on the loopback. */
final class TestSource implements AutoCloseable {
  static final int PIECE_BYTES = 64 << 10;

  private final Node node;

  private TestSource(Node node) {
    this.node = node;
  }

  static TestSource of(Metainfo metainfo, Path content, long sendBytesPerSecond)
      throws IOException {
    Node node =
        Node.open(
            new NodeSettings(loopback(), 0, sendBytesPerSecond, 1_000_000_000L, 100_000L, "", 1));
    node.seed(new SeedSpec(metainfo, content, true, List.of(), new Silent()));
    return new TestSource(node);
  }

  String endpoint() {
    return "127.0.0.1:" + node.listenAddress().getPort();
  }

  @Override
  public void close() throws IOException {
    node.close();
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static Path randomFile(Path path, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return Files.write(path, content);
  }

  static Metainfo hash(Path content) throws IOException {
    return ArtifactHasher.hash(
        content, content.getFileName().toString(), PIECE_BYTES, HashProgress.none());
  }

  private static final class Silent implements TransferListener {
    @Override
    public void completed() {}

    @Override
    public void failed(TransferFault fault, String why) {}
  }
}
