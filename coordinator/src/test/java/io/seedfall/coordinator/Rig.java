package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ControlException;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoBuilder;
import io.seedfall.protocol.metainfo.RelativePath;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A coordinator on a free loopback port with a client; both end with it. */
final class Rig implements AutoCloseable {
  final Coordinator coordinator;
  final SeedfallClient client;

  Rig(Path state) throws IOException {
    this(state, Limits.DEFAULTS);
  }

  Rig(Path state, Limits limits) throws IOException {
    this(new Database.Embedded(state), limits);
  }

  Rig(Database database, Limits limits) throws IOException {
    this(database, limits, Leadership.Times.DEFAULTS);
  }

  Rig(Database database, Limits limits, Leadership.Times times) throws IOException {
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.coordinator =
        Coordinator.start(
            new CoordinatorSettings(listen, database, false, null, null), limits, times);
    this.client =
        new SeedfallClient(URI.create("http://127.0.0.1:" + coordinator.address().getPort()));
  }

  InetSocketAddress address() {
    return coordinator.address();
  }

  FakeAgent machine(String name) {
    return FakeAgent.machine(address(), name, "");
  }

  /** The torrent of a file with this text in it. */
  static Metainfo torrent(String text) {
    byte[] content = text.getBytes(UTF_8);
    try {
      Hash256 root = Hash256.of(MessageDigest.getInstance("SHA-256").digest(content));
      return new MetainfoBuilder("model.bin", 16_384)
          .file(RelativePath.of("model.bin"), content.length, List.of(root))
          .build();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Stores the torrent of this text and registers it; gives its info-hash. */
  String artifact(String name, String version, String text) throws ControlException {
    Metainfo torrent = torrent(text);
    String hash = torrent.infoHash().hex();
    client.putMetainfo(hash, torrent.toTorrentBytes());
    client.registerArtifact(new ArtifactRequest(name, version, hash));
    return hash;
  }

  /** Sends these bytes over a socket and gives the head and the body of the first answer. */
  String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.getOutputStream().flush();
      return answer(socket.getInputStream());
    }
  }

  /** A connection that gives up on a silent coordinator. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The next answer, as text. */
  static String answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    Matcher length =
        Pattern.compile("content-length: *([0-9]+)", Pattern.CASE_INSENSITIVE).matcher(head);
    byte[] body =
        length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : in.readAllBytes();
    return head + new String(body, UTF_8);
  }

  /** In order; agents notice. */
  void stop() {
    coordinator.close();
  }

  @Override
  public void close() {
    client.close();
    stop();
  }
}
