package io.seedfall.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.CertificateView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.PassesView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.Pass;
import io.seedfall.control.identity.Pem;
import io.seedfall.control.identity.Tls;
import io.seedfall.control.identity.UserCredentials;
import io.seedfall.coordinator.ClusterIdentity;
import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import io.seedfall.coordinator.Database;
import io.seedfall.node.PeerPasses.PeerRight;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.WireHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What peers show each other, with a real coordinator that writes it, at times of the test's. */
final class SecuredPeersTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final InfoHash CONTENT = InfoHash.parse("0f".repeat(32));
  private static final InfoHash OTHER = InfoHash.parse("1f".repeat(32));
  private static final int LOOK_MILLIS = 20;

  @TempDir private Path directory;
  private final AtomicLong ahead = new AtomicLong();
  private Coordinator coordinator;
  private CoordinatorAddresses address;
  private ClusterIdentity.Founded founded;
  private SeedfallClient admin;
  private KeyBundle authority;

  @BeforeEach
  void start() throws IOException {
    Path state = directory.resolve("c");
    Database database = new Database.Embedded(state);
    founded = ClusterIdentity.found(state.resolve("identity"), database);
    authority = KeyBundle.read(state.resolve("identity").resolve("authority.pem"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    coordinator =
        Coordinator.start(
            new CoordinatorSettings(any, database, false, null, null, state.resolve("identity")));
    address = CoordinatorAddresses.parse("https://127.0.0.1:" + coordinator.address().getPort());
    UserCredentials credentials =
        new UserCredentials("admin", "", founded.authority().hex(), founded.token().text());
    admin = new SeedfallClient(address, credentials.identity());
  }

  @AfterEach
  void stop() {
    admin.close();
    coordinator.close();
  }

  private ClusterTrust trust() {
    return new ClusterTrust(founded.authority(), InstantSource.system());
  }

  private KeyBundle member(String name) throws Exception {
    JoinToken token =
        JoinToken.parse(admin.createToken(new TokenRequest(name, Map.of(), 3_600_000)).token());
    KeyPair keys = KeyBundle.newKeys();
    try (SeedfallClient stranger =
        new SeedfallClient(address, new ClientIdentity(Tls.client(null, trust()), ""))) {
      CertificateView given =
          stranger.join(
              new JoinRequest(token.id(), token.secret(), Proofs.text(keys), Proofs.proof(keys)));
      List<X509Certificate> chain = Pem.certificates(given.chain());
      return new KeyBundle(keys.getPrivate(), chain.getFirst(), chain.getLast());
    }
  }

  private SeedfallClient client(KeyBundle bundle) {
    return new SeedfallClient(
        address, new ClientIdentity(Tls.client(new CurrentKey(bundle), trust()), ""));
  }

  private PassDesk desk(PassDesk.Source source) {
    return new PassDesk(
        authority.certificate().getPublicKey(),
        source,
        () -> System.currentTimeMillis() + ahead.get());
  }

  private static List<WireHash> names(InfoHash infoHash) {
    return List.of(infoHash.wire());
  }

  private byte[] signed(String bearer, Pass.Right right, long untilMillis) {
    return new Pass(bearer, CONTENT.hex(), right, untilMillis)
        .text(authority.key())
        .getBytes(US_ASCII);
  }

  @Test
  void aPassIsGoodForItsBearerItsContentAndItsTime() throws Exception {
    X509Certificate a1 = member("a1").certificate();
    X509Certificate a2 = member("a2").certificate();
    long soon = System.currentTimeMillis() + 3_600_000;
    byte[] pass = signed("seedfall:agent:a1", Pass.Right.EXCHANGE, soon);
    try (PassDesk desk = desk(request -> new PassesView(List.of(), 0))) {
      assertThat(desk.right(a1, names(CONTENT), pass)).isInstanceOf(PeerRight.Exchanges.class);
      assertThat(desk.right(a1, names(CONTENT), signed("seedfall:agent:a1", Pass.Right.SEND, soon)))
          .isInstanceOf(PeerRight.Sends.class);
      assertThat(desk.right(a2, names(CONTENT), pass))
          .isEqualTo(new PeerRight.Refused("the pass is that of seedfall:agent:a1"));
      assertThat(desk.right(a1, names(OTHER), pass))
          .isEqualTo(new PeerRight.Refused("the pass is for " + CONTENT.hex()));
      assertThat(desk.right(a1, names(CONTENT), new byte[0])).isInstanceOf(PeerRight.Refused.class);
      byte[] own =
          new Pass("seedfall:agent:a1", CONTENT.hex(), Pass.Right.EXCHANGE, soon)
              .text(KeyBundle.newKeys().getPrivate())
              .getBytes(US_ASCII);
      assertThat(desk.right(a1, names(CONTENT), own)).isInstanceOf(PeerRight.Refused.class);
      ahead.set(3_600_001);
      assertThat(desk.right(a1, names(CONTENT), pass))
          .isEqualTo(new PeerRight.Refused("the pass has expired"));
    }
  }

  @Test
  void passesAreKeptWhileTheCoordinatorIsAwayAndRenewedInTime() throws Exception {
    KeyBundle a1 = member("a1");
    try (SeedfallClient client = client(a1);
        PassDesk desk = desk(client::passes)) {
      assertThat(desk.ours(names(CONTENT))).as("not open here").isEmpty();
      desk.want(CONTENT);
      byte[] first = desk.ours(names(CONTENT));
      assertThat(Pass.read(new String(first, UTF_8), authority.certificate().getPublicKey()))
          .isNotNull();
      desk.begin(LOOK_MILLIS, () -> {});
      desk.note(OTHER);
      await().atMost(PATIENCE).until(() -> desk.ours(names(OTHER)).length > 0);
      assertThat(desk.ours(names(CONTENT))).as("it is young").isEqualTo(first);
      ahead.set(Duration.ofHours(5).toMillis());
      await().atMost(PATIENCE).until(() -> !Arrays.equals(desk.ours(names(CONTENT)), first));
      desk.drop(CONTENT);
      assertThat(desk.ours(names(CONTENT))).isEmpty();
    }
  }

  @Test
  void withoutACoordinatorThereIsNoPassAndItIsAskedForAgain() throws Exception {
    KeyBundle a1 = member("a1");
    AtomicInteger asked = new AtomicInteger();
    try (SeedfallClient client = client(a1);
        PassDesk desk =
            desk(request -> {
              if (asked.incrementAndGet() < 3) {
                throw new ControlException("unreachable", "nobody is there");
              }
              return client.passes(request);
            })) {
      desk.want(CONTENT);
      assertThat(desk.ours(names(CONTENT))).isEmpty();
      desk.begin(LOOK_MILLIS, () -> {});
      await().atMost(PATIENCE).until(() -> desk.ours(names(CONTENT)).length > 0);
    }
  }

  @Test
  void aPublishersCertificateIsRenewedInTime() throws Exception {
    PublisherKey key = PublisherKey.open(admin, () -> System.currentTimeMillis() + ahead.get());
    X509Certificate first = key.key().bundle().certificate();
    key.renewWhenDue();
    assertThat(key.key().bundle().certificate()).isEqualTo(first);
    ahead.set(Duration.ofHours(17).toMillis());
    key.renewWhenDue();
    assertThat(key.key().bundle().certificate()).isNotEqualTo(first);
    assertThat(Fingerprint.of(key.key().bundle().authority())).isEqualTo(founded.authority());
  }
}
