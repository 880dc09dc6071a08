package io.seedfall.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that speak TLS, against each other and against the JDK's own sockets. */
final class TlsPeersTest {
  private static final int MIB = 1024 * 1024;
  private static final int PATIENCE_MILLIS = 60_000;
  private static final String PEER_ID = "-XX0001-000000000001";
  private static final String MAY = "may have it";
  private static final String SOON_OVER = "may have it for a moment";
  private static final long HOUR_MILLIS = 3_600_000;
  private static final String HOLDS = "holds it";

  @TempDir Path root;
  private Bench bench;
  private TestAuthority authority;
  private Path source;
  private Metainfo metainfo;

  /** Passes that say in words what their bearer may; whoever has been looked at is noted. */
  private static final class SpokenPasses implements PeerPasses {
    private final byte[] ours;
    private final List<String> looked = new CopyOnWriteArrayList<>();

    SpokenPasses(String ours) {
      this.ours = ours.getBytes(US_ASCII);
    }

    @Override
    public byte[] ours(List<WireHash> names) {
      return ours;
    }

    @Override
    public PeerRight right(X509Certificate peer, List<WireHash> names, byte[] shown) {
      looked.add(peer.getSubjectX500Principal().getName());
      return switch (new String(shown, US_ASCII)) {
        case MAY -> new PeerRight.Exchanges(HOUR_MILLIS);
        case HOLDS -> new PeerRight.Sends(HOUR_MILLIS);
        case SOON_OVER -> new PeerRight.Exchanges(1);
        default -> new PeerRight.Refused("no pass for " + names);
      };
    }
  }

  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    authority = new TestAuthority();
    source = bench.file("model.bin", 20 * MIB + 12_345, 1);
    metainfo = Bench.metainfo(source, 256 * 1024);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Node node(SSLContext context, PeerPasses passes, long seed) throws IOException {
    return bench.node(
        Bench.settings("127.0.0.1", seed)
            .withSecurity(new PeerSecurity.MutualTls(context, passes)));
  }

  private Node member(String name, String pass, long seed) throws Exception {
    return node(authority.member(name), new SpokenPasses(pass), seed);
  }

  private Node seeding() throws Exception {
    Node node = member("seed", HOLDS, 1);
    node.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    return node;
  }

  private Transfer fetch(Node node, String directory, Heard heard, Node... from)
      throws IOException {
    List<Endpoint> neighbours = new ArrayList<>();
    for (Node other : from) {
      neighbours.add(Bench.endpoint(other));
    }
    return node.fetch(new FetchSpec(metainfo, root.resolve(directory), neighbours, heard));
  }

  private byte[] handshake() throws IOException {
    return RawPeer.handshake(metainfo.infoHash().wire().toBytes(), 0, 0x04, PEER_ID);
  }

  /* --------------- what goes --------------- */

  @Test
  void aLargeTransferArrivesAsItIs() throws Exception {
    Node seed = seeding();
    Node one = member("one", MAY, 2);
    Node two = member("two", MAY, 3);
    Heard first = new Heard();
    Heard second = new Heard();
    Transfer here = fetch(one, "one", first, seed);
    Transfer there = fetch(two, "two", second, seed, one);
    first.awaitCompleted();
    second.awaitCompleted();
    assertThat(here.content()).hasSameBinaryContentAs(source);
    assertThat(there.content()).hasSameBinaryContentAs(source);
  }

  @Test
  void manySmallMessagesAndBlocksOfAllSizesArrive() throws Exception {
    Path odd = bench.file("odd.bin", 5 * MIB + 17, 4);
    Metainfo small = Bench.metainfo(odd, 16 * 1024);
    Node seed = member("seed", HOLDS, 1);
    seed.seed(new SeedSpec(small, odd, true, List.of(), new Heard()));
    Heard heard = new Heard();
    Transfer fetch =
        member("one", MAY, 2)
            .fetch(
                new FetchSpec(
                    small, root.resolve("staging"), List.of(Bench.endpoint(seed)), heard));
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(odd);
  }

  /* --------------- who is let in --------------- */

  @Test
  void whoShowsNoGoodCertificateIsRefusedInTheHandshake() throws Exception {
    Node seed = seeding();
    for (SSLContext bad :
        List.of(authority.stranger(), authority.expired(), authority.other(), authority.nobody())) {
      try (SSLSocket socket = dial(seed, bad)) {
        assertThatThrownBy(() -> greet(socket, MAY)).isInstanceOf(IOException.class);
      }
    }
    try (SSLSocket socket = dial(seed, authority.member("good"))) {
      greet(socket, MAY);
    }
  }

  @Test
  void aNodeTellsNothingToAPeerWithoutAGoodCertificate() throws Exception {
    for (SSLContext bad : List.of(authority.stranger(), authority.expired(), authority.other())) {
      assertThatThrownBy(() -> beDialled(bad)).isInstanceOf(IOException.class);
    }
    assertThat(beDialled(authority.member("good"))).isEqualTo(MAY.length());
  }

  /** The first number that a node says to a server with that context which it dials. */
  private int beDialled(SSLContext context) throws Exception {
    try (ServerSocket server = RawPeer.listen();
        Node node =
            Node.open(
                Bench.settings("127.0.0.1", 7)
                    .withSecurity(
                        new PeerSecurity.MutualTls(
                            authority.member("dialler"), new SpokenPasses(MAY))))) {
      Endpoint here = Endpoint.parse("127.0.0.1:" + server.getLocalPort());
      node.seed(new SeedSpec(metainfo, source, true, List.of(here), new Heard()));
      server.setSoTimeout(PATIENCE_MILLIS);
      try (Socket accepted = server.accept();
          SSLSocket socket = layered(context, accepted)) {
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        return new DataInputStream(socket.getInputStream()).readShort();
      }
    }
  }

  @Test
  void onlyTls13AndOnlyThisApplicationIsSpoken() throws Exception {
    Node seed = seeding();
    SSLContext good = authority.member("good");
    try (SSLSocket socket = dial(seed, good)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(() -> greet(socket, MAY)).isInstanceOf(IOException.class);
    }
    for (String[] other : List.of(new String[] {"http/1.1"}, new String[] {})) {
      try (SSLSocket socket = dial(seed, good)) {
        speak(socket, other);
        assertThatThrownBy(() -> greet(socket, MAY)).isInstanceOf(IOException.class);
      }
    }
  }

  /** A session that is resumed would show the certificate that was good when it began. */
  @Test
  void nobodyComesBackWithoutItsCertificate() throws Exception {
    Node seed = seeding();
    SSLContext good = authority.member("good");
    for (int i = 0; i < 2; i++) {
      try (SSLSocket socket = dial(seed, good)) {
        greet(socket, MAY);
      }
    }
    assertThat(authority.serversChecked()).as("a resumed session shows none").isEqualTo(2);
  }

  @Test
  void aPlainClientGetsNothing() throws Exception {
    Node seed = seeding();
    try (RawPeer peer = RawPeer.dial(seed)) {
      peer.greetAsForeign(metainfo.infoHash().wire().toBytes(), PEER_ID);
      // At most the alert of a server that does not understand: never its handshake of 68 bytes.
      assertThatCode(() -> assertThat(peer.readHandshake()).hasSizeLessThan(68))
          .satisfiesAnyOf(
              thrown -> assertThat(thrown).isNull(),
              thrown -> assertThat(thrown).isInstanceOf(IOException.class));
    }
    await()
        .atMost(Duration.ofMillis(PATIENCE_MILLIS))
        .untilAsserted(() -> assertThat(seed.connections()).isZero());
  }

  @Test
  void aNodeThatSpeaksTlsTellsNothingToAPlainPeer() throws Exception {
    try (ServerSocket server = RawPeer.listen()) {
      Node node = member("dialler", MAY, 8);
      Endpoint here = Endpoint.parse("127.0.0.1:" + server.getLocalPort());
      node.seed(new SeedSpec(metainfo, source, true, List.of(here), new Heard()));
      try (RawPeer peer = RawPeer.accept(server)) {
        assertThat(peer.in.readByte()).isEqualTo((byte) 22); // a TLS record, of a handshake
        peer.send(handshake());
        assertThat(peer.isClosedByThem()).isTrue();
      }
    }
  }

  /* --------------- who is slow --------------- */

  @Test
  void whoDoesNotFinishItsHandshakeIsCutOff() throws Exception {
    Node seed = seeding();
    try (RawPeer silent = RawPeer.dial(seed);
        RawPeer half = RawPeer.dial(seed);
        SSLSocket mute = dial(seed, authority.member("mute"))) {
      half.send(new byte[] {22, 3, 1, 0x02, 0x00, 1}); // a record of 512 bytes, and one of them
      mute.startHandshake(); // and then not one word of BitTorrent
      assertThat(silent.isClosedByThem()).isTrue();
      assertThat(half.isClosedByThem()).isTrue();
      assertThatThrownBy(() -> new DataInputStream(mute.getInputStream()).readByte())
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void handshakesUnderWayOfOneAddressAreCounted() throws Exception {
    Node seed = seeding();
    List<RawPeer> silent = new ArrayList<>();
    try {
      for (int i = 0; i < ConnectionCap.UNGREETED_FROM_ONE_ADDRESS_MAX; i++) {
        silent.add(RawPeer.dial(seed));
      }
      RawPeer oneTooMany = RawPeer.dial(seed);
      silent.add(oneTooMany);
      assertThat(oneTooMany.isClosedByThem()).isTrue();
    } finally {
      for (RawPeer peer : silent) {
        peer.close();
      }
    }
  }

  /* --------------- passes --------------- */

  @Test
  void whoHasNoPassIsTurnedAway() throws Exception {
    Node seed = seeding();
    try (SSLSocket socket = dial(seed, authority.member("good"))) {
      assertThatThrownBy(() -> greet(socket, "")).isInstanceOf(EOFException.class);
    }
    Heard heard = new Heard();
    Transfer fetch = fetch(member("other", "forged", 4), "staging", heard, seed);
    fetch(member("one", MAY, 2), "one", heard, seed);
    heard.awaitCompleted(); // that of the second: by then the first has been refused, too
    assertThat(fetch.progress().bytesVerified()).isZero();
  }

  @Test
  void whoMaySendOnlyIsSentNothing() throws Exception {
    Node seed = seeding();
    try (SSLSocket socket = dial(seed, authority.member("holder"))) {
      DataInputStream in = greet(socket, HOLDS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.write(new byte[] {0, 0, 0, 1, 15, 0, 0, 0, 1, 2}); // HAVE_NONE, INTERESTED
      out.flush();
      assertThatThrownBy(
              () -> {
                while (true) {
                  byte[] message = in.readNBytes(in.readInt());
                  assertThat(message)
                      .satisfiesAnyOf(
                          bytes -> assertThat(bytes).isEmpty(),
                          bytes -> assertThat(bytes[0]).isNotEqualTo((byte) 7));
                  if (message.length > 0 && message[0] == 1) { // UNCHOKE: asked for a block
                    out.write(new byte[] {0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0});
                    out.flush();
                  }
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aConnectionEndsWithItsPass() throws Exception {
    Node seed = seeding();
    try (SSLSocket socket = dial(seed, authority.member("short"))) {
      DataInputStream in = greet(socket, SOON_OVER);
      assertThatThrownBy(
              () -> {
                while (true) {
                  in.readByte();
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aPassMayBeSoLongAndNoLonger() throws Exception {
    SpokenPasses passes = new SpokenPasses(HOLDS);
    Node node = node(authority.member("seed"), passes, 1);
    node.seed(new SeedSpec(metainfo, source, true, List.of(), new Heard()));
    for (int bytes : new int[] {PeerPasses.PASS_BYTES_MAX + 1, PeerPasses.PASS_BYTES_MAX}) {
      assertThat(passes.looked).isEmpty();
      try (SSLSocket socket = dial(node, authority.member("long"))) {
        assertThatThrownBy(() -> greet(socket, "x".repeat(bytes))).isInstanceOf(IOException.class);
      }
    }
    assertThat(passes.looked).containsExactly("CN=member-long");
  }

  /* --------------- by hand --------------- */

  private static SSLSocket dial(Node node, SSLContext context) throws IOException {
    Socket under = new Socket();
    under.connect(node.listenAddress(), PATIENCE_MILLIS);
    return layered(context, under);
  }

  private static SSLSocket layered(SSLContext context, Socket under) throws IOException {
    under.setSoTimeout(PATIENCE_MILLIS);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    under,
                    InetAddress.ofLiteral("127.0.0.1").getHostAddress(),
                    under.getPort(),
                    true);
    socket.setEnabledProtocols(new String[] {"TLSv1.3"});
    speak(socket, "seedfall-peer/1");
    return socket;
  }

  private static void speak(SSLSocket socket, String... applications) {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(applications);
    socket.setSSLParameters(parameters);
  }

  /** Shows a pass, says the handshake, and reads theirs; what follows is for the caller. */
  private DataInputStream greet(SSLSocket socket, String pass) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeShort(pass.length());
    out.write(pass.getBytes(US_ASCII));
    out.write(handshake());
    out.flush();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] theirs = new byte[in.readUnsignedShort()];
    in.readFully(theirs);
    assertThat(new String(theirs, US_ASCII)).isEqualTo(HOLDS);
    byte[] handshake = new byte[68];
    in.readFully(handshake);
    assertThat(handshake[0]).isEqualTo((byte) 19);
    return in;
  }
}
