package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.seedfall.control.AuditView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.EventStream;
import io.seedfall.control.FleetChange;
import io.seedfall.control.Heard;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.Role;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.UserRequest;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.Secrets;
import io.seedfall.control.identity.Tls;
import io.seedfall.control.identity.UserToken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A cluster with an identity: what it is made of, who gets in, who is put out. */
final class IdentityTest {
  private static final Map<String, String> LABELS = Map.of("zone", "a");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path state;
  private SecureRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new SecureRig(state);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  // ---- init ---------------------------------------------------------------------------------

  @Test
  void whatIsSecretIsForItsOwnerAlone() throws IOException {
    try (Stream<Path> files = Files.list(rig.directory())) {
      assertThat(files.toList())
          .hasSize(2)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void aClusterIsFoundedOnce() throws IOException {
    rig.coordinator.close();
    Database database = new Database.Embedded(state);
    String before = Files.readString(rig.directory().resolve("authority.pem"));
    assertThatIOException()
        .isThrownBy(() -> ClusterIdentity.found(rig.directory(), database))
        .withMessageContaining("is there already");
    assertThatIOException()
        .isThrownBy(() -> ClusterIdentity.found(state.resolve("another"), database))
        .withMessageContaining("has an identity already");
    assertThat(rig.directory().resolve("authority.pem")).content().isEqualTo(before);
    try (Stream<Path> left = Files.list(state)) {
      assertThat(left.filter(path -> path.toString().endsWith(".next"))).isEmpty();
    }
  }

  @Test
  void whileACoordinatorRunsNobodyFoundsACluster() {
    assertThatIOException()
        .isThrownBy(() -> ClusterIdentity.found(state.resolve("x"), new Database.Embedded(state)))
        .withMessageContaining("another coordinator uses the state directory");
  }

  @Test
  void aDatabaseWithAnIdentityIsNotServedWithoutIt(@TempDir Path other) throws IOException {
    rig.coordinator.close();
    CoordinatorSettings without = new CoordinatorSettings(rig.coordinator.address(), state, false);
    assertThatIOException()
        .isThrownBy(() -> Coordinator.start(without).close())
        .withMessageContaining("--identity");
    ClusterIdentity.found(other.resolve("identity"), new Database.Embedded(other));
    CoordinatorSettings wrong =
        new CoordinatorSettings(
            rig.coordinator.address(),
            new Database.Embedded(state),
            false,
            null,
            null,
            other.resolve("identity"));
    assertThatIOException()
        .isThrownBy(() -> Coordinator.start(wrong).close())
        .withMessageContaining("the identity is that of");
    Files.delete(other.resolve("identity").resolve("secret"));
    assertThatIOException().isThrownBy(() -> Coordinator.start(wrong).close());
  }

  @Test
  void anIdentityThatOthersCanReadIsNotUsed() throws IOException {
    rig.coordinator.close();
    Path file = rig.directory().resolve("secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatIOException()
        .isThrownBy(() -> SecureRig.start(state).close())
        .withMessageContaining("chmod 600");
  }

  @Test
  void anAdminWhoHasLostHisTokenGetsAnother() throws Exception {
    rig.coordinator.close();
    ClusterIdentity.Founded again =
        ClusterIdentity.readmit(rig.directory(), new Database.Embedded(state));
    assertThat(again.authority()).isEqualTo(rig.founded.authority());
    try (Coordinator restarted = SecureRig.start(state)) {
      CoordinatorAddresses there =
          CoordinatorAddresses.parse("https://127.0.0.1:" + restarted.address().getPort());
      try (SeedfallClient old = new SeedfallClient(there, rig.user(rig.founded.token().text()));
          SeedfallClient fresh = new SeedfallClient(there, rig.user(again.token().text()))) {
        assertRefused(Problem.UNAUTHENTICATED, old::users);
        assertThat(fresh.users()).extracting("name").containsExactly("admin");
      }
    }
  }

  @Test
  void withAnIdentityItMayListenWhereOthersReachIt() throws IOException {
    var everywhere = new InetSocketAddress("0.0.0.0", 0);
    Database database = new Database.Embedded(state);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CoordinatorSettings(everywhere, database, false, null, null));
    assertThat(
            new CoordinatorSettings(everywhere, database, false, null, null, rig.directory())
                .insecure())
        .isFalse();
  }

  // ---- TLS ----------------------------------------------------------------------------------

  @Test
  void onlyTls13IsSpokenAndNobodyComesBackWithoutACertificate() throws Exception {
    CurrentKey key = new CurrentKey(rig.join("a1", LABELS));
    SSLContext tls = Tls.client(key, SecureRig.trust(rig.founded.authority()));
    assertThat(refusedAs(tls)).contains("agent a1 may not do that");
    key.replace(rig.join("a2", LABELS));
    assertThat(refusedAs(tls))
        .as("a ticket would bring the first certificate back")
        .contains("agent a2 may not do that");
    try (SSLSocket old = connect(tls)) {
      old.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatIOException().isThrownBy(old::startHandshake);
    }
  }

  private SSLSocket connect(SSLContext tls) throws IOException {
    return (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", rig.address().getPort());
  }

  /** What it answers to an agent that asks for what is an admin's. */
  private String refusedAs(SSLContext tls) throws IOException {
    try (SSLSocket socket = connect(tls)) {
      socket
          .getOutputStream()
          .write("GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      return Rig.answer(socket.getInputStream());
    }
  }

  @Test
  void certificatesOfAnotherAuthorityOrForgedOrExpiredAreRefused() throws Exception {
    KeyBundle a1 = rig.join("a1", LABELS);
    assertThat(rig.client(rig.agent(a1)).agents()).isEmpty();
    long now = System.currentTimeMillis();
    KeyBundle otherAuthority = Certificates.authority(now);
    KeyBundle foreign = signed(otherAuthority, new PeerName.Agent("a1"), now);
    assertThatExceptionOfType(ControlException.class)
        .as("another authority")
        .isThrownBy(() -> rig.client(rig.agent(foreign)).agents());
    KeyBundle real = KeyBundle.read(rig.directory().resolve("authority.pem"));
    assertRefused(
        Problem.UNAUTHENTICATED,
        () -> rig.client(rig.agent(signed(real, new PeerName.Agent("a1"), now))).agents());
    assertThatExceptionOfType(ControlException.class)
        .as("a coordinator is no client")
        .isThrownBy(
            () -> rig.client(rig.agent(signed(real, new PeerName.Coordinator(), now))).agents());
    long longAgo = now - 40L * 24 * SecureRig.HOUR_MILLIS;
    assertThatExceptionOfType(ControlException.class)
        .as("expired")
        .isThrownBy(
            () -> rig.client(rig.agent(signed(real, new PeerName.Agent("a1"), longAgo))).agents());
  }

  private static KeyBundle signed(KeyBundle authority, PeerName whom, long nowMillis) {
    KeyPair keys = KeyBundle.newKeys();
    return new KeyBundle(
        keys.getPrivate(),
        Certificates.issue(
            authority, keys.getPublic(), whom, List.of(), nowMillis, Members.CERTIFICATE_MILLIS),
        authority.certificate());
  }

  @Test
  void aClientTalksToTheCoordinatorOfItsClusterAndToNobodyElse() throws Exception {
    Fingerprint other = Fingerprint.of(Certificates.authority(1).certificate());
    ClientIdentity misled =
        new ClientIdentity(Tls.client(null, SecureRig.trust(other)), "Bearer secret-of-mine");
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> rig.client(misled).status())
        .withMessageContaining("of another cluster");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SeedfallClient(
                CoordinatorAddresses.of(URI.create("http://127.0.0.1:1")), rig.stranger()))
        .withMessageContaining("https://");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SeedfallClient(CoordinatorAddresses.of(rig.address())))
        .withMessageContaining("--credentials");
  }

  // ---- members ------------------------------------------------------------------------------

  @Test
  void anAgentChangesItsCertificateAndKeepsItsSession() throws Exception {
    KeyBundle first = rig.join("a1", LABELS);
    CurrentKey key = new CurrentKey(first);
    ClientIdentity identity =
        new ClientIdentity(Tls.client(key, SecureRig.trust(rig.founded.authority())), "");
    FakeAgent session = rig.session(identity);
    session.hello("a1", "AGENT", "'zone':'a'", "127.0.0.1:7001", "");
    assertThat(session.hears()).startsWith("{'type':'welcome'");
    SeedfallClient client = rig.client(identity);
    for (int round = 0; round < 3; round++) {
      key.replace(renewed(client));
      assertThat(client.agents()).hasSize(1);
    }
    session.pings();
    assertThat(session.isOpen()).isTrue();
    assertRefused(Problem.UNAUTHENTICATED, () -> rig.client(rig.agent(first)).agents());
  }

  /** A connection that stands shows the certificate with which it began. */
  @Test
  void anAgentThatNeverSeesItsNextCertificateStillHasItsNewest() throws Exception {
    CurrentKey key = new CurrentKey(rig.join("a1", LABELS));
    SeedfallClient client =
        rig.client(
            new ClientIdentity(Tls.client(key, SecureRig.trust(rig.founded.authority())), ""));
    key.replace(renewed(client));
    renewed(client); // and the answer is lost
    assertThat(rig.client(rig.agent(key.bundle())).agents()).as("is let in").isEmpty();
  }

  private static KeyBundle renewed(SeedfallClient client) throws Exception {
    KeyPair keys = KeyBundle.newKeys();
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    return SecureRig.bundle(
        client.renew(new RenewRequest(publicKey, SecureRig.proof(keys, publicKey))), keys);
  }

  @Test
  void whoeverIsRevokedIsCutOffAndStaysOut() throws Exception {
    KeyBundle a1 = rig.join("a1", LABELS);
    SeedfallClient client = rig.client(rig.agent(a1));
    FakeAgent session = rig.session(rig.agent(a1));
    session.hello("a1", "AGENT", "'zone':'a'", "127.0.0.1:7001", "");
    assertThat(session.hears()).startsWith("{'type':'welcome'");
    FakeAgent silent = rig.session(rig.agent(a1)); // has said no Hello yet
    assertThat(client.agents()).hasSize(1);
    rig.admin.revokeAgent("a1");
    session.ending();
    silent.ending();
    assertRefused(Problem.UNAUTHENTICATED, client::agents);
    assertThat(rig.admin.agents()).extracting("connected").containsExactly(false);
    assertRefused(Problem.UNKNOWN_NAME, () -> rig.admin.revokeAgent("a9"));
  }

  @Test
  void aUserWhoIsRevokedIsCutOffAndStaysOut() throws Exception {
    ClientIdentity ci = rig.user(rig.newUser("ci", Role.PUBLISHER, "all"));
    FakeAgent session = rig.session(ci);
    session.hello("publisher-ci-1", "PUBLISHER", "", "127.0.0.1:7002", "");
    assertThat(session.hears()).startsWith("{'type':'welcome'");
    rig.admin.revokeUser("ci");
    session.ending();
    assertRefused(Problem.UNAUTHENTICATED, () -> rig.client(ci).status());
    rig.newUser("ci", Role.VIEWER, "all");
    assertRefused(Problem.UNAUTHENTICATED, () -> rig.client(ci).status());
  }

  @Test
  void aTokenOfAUserExpires() throws Exception {
    String token =
        rig.admin
            .createUser(new UserRequest("brief", Role.PUBLISHER, "all", Members.TTL_MILLIS_MIN))
            .token();
    SeedfallClient client = rig.client(rig.user(token));
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertRefused(Problem.UNAUTHENTICATED, client::status));
  }

  @Test
  void whoListensToEventsIsCutOffWhenItsTokenIsRevokedOrReplaced() throws Exception {
    try (EventStream<FleetChange> stays = rig.admin.fleetEvents("")) {
      assertThat(stays.next(PATIENCE)).isInstanceOf(Heard.Changed.class);
      EventStream<FleetChange> replaced = listening(rig.newUser("see", Role.VIEWER, "all"));
      EventStream<FleetChange> revoked = listening(rig.newUser("see", Role.VIEWER, "all"));
      awaitEnd(replaced);
      rig.admin.revokeUser("see");
      awaitEnd(revoked);
      rig.admin.halt(true);
      await()
          .atMost(PATIENCE)
          .until(() ->
              stays.next(Duration.ofMillis(100)) instanceof Heard.Changed<FleetChange>(var change)
                  && change.halted());
    }
  }

  @Test
  void eventsEndWithTheTokenThatListens() throws Exception {
    for (long ttl = Members.TTL_MILLIS_MIN; ; ttl *= 2) {
      String token =
          rig.admin.createUser(new UserRequest("brief", Role.VIEWER, "all", ttl)).token();
      EventStream<FleetChange> stream;
      try {
        stream = rig.client(rig.user(token)).fleetEvents("");
      } catch (ControlException e) {
        assertThat(e.code()).as("too slow for that token").isEqualTo(Problem.UNAUTHENTICATED);
        continue;
      }
      awaitEnd(stream);
      return;
    }
  }

  private EventStream<FleetChange> listening(String token) throws Exception {
    EventStream<FleetChange> stream = rig.client(rig.user(token)).fleetEvents("");
    assertThat(stream.next(PATIENCE)).isInstanceOf(Heard.Changed.class);
    return stream;
  }

  private static void awaitEnd(EventStream<FleetChange> stream) {
    try (stream) {
      await()
          .atMost(PATIENCE)
          .until(() -> stream.next(Duration.ofMillis(100)) instanceof Heard.Ended<FleetChange>);
    }
  }

  // ---- the audit log, and secrets -----------------------------------------------------------

  @Test
  void everyChangeIsWrittenDownBeforeAndAfter() throws Exception {
    SeedfallClient ops = rig.client(rig.user(rig.newUser("ops", Role.DEPLOYER, "zone=a")));
    assertRefused(
        Problem.UNKNOWN_ARTIFACT, () -> ops.deploy(new DeploymentRequest("m", "zone=a", "m")));
    assertRefused(Problem.FORBIDDEN, () -> ops.halt(true));
    ops.status();
    List<AuditView> lines = rig.admin.audit(0);
    assertThat(lines.stream().map(line -> line.who() + ": " + line.action() + " " + line.outcome()))
        .containsExactly(
            "whoever ran it: coordinator init done",
            "user admin: POST /api/v1/users asked",
            "user admin: POST /api/v1/users 201",
            "user ops: POST /api/v1/deployments asked",
            "user ops: POST /api/v1/deployments 404 unknown_artifact",
            "user ops: POST /api/v1/fleet/halt 403 forbidden");
    assertThat(lines.get(3).detail()).contains("\"selector\":\"zone=a\"");
    assertThat(lines.get(4).about()).isEqualTo(lines.get(3).serial());
    assertThat(lines).extracting("source").contains("127.0.0.1");
    assertThat(rig.admin.audit(5)).hasSize(1);
    assertThat(rig.admin.checkAudit("").intact()).isTrue();
  }

  @Test
  void plantedSecretsAreInNoLogNoAnswerAndNoRow() throws Exception {
    Logger ours = (Logger) LoggerFactory.getLogger("io.seedfall"); // of others: warnings alone
    Level before = ours.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ours.addAppender(log);
    ours.setLevel(Level.DEBUG);
    try {
      JoinToken join = rig.token("a1", LABELS);
      JoinToken used = rig.token("a2", LABELS);
      UserToken wrong = new UserToken(Secrets.newId(), Secrets.newSecret());
      String right = rig.newUser("ops", Role.VIEWER, "all");
      rig.client(rig.stranger()).join(SecureRig.request(used, KeyBundle.newKeys()));
      StringBuilder said = new StringBuilder();
      said.append(refusal(() -> rig.client(rig.user(wrong.text())).status()));
      said.append(refusal(() -> rig.client(rig.user(right)).halt(true)));
      said.append(
          refusal(
              () -> rig.client(rig.stranger()).join(SecureRig.request(used, KeyBundle.newKeys()))));
      said.append(join).append(used).append(wrong).append(rig.user(right));
      said.append(SecureRig.request(used, KeyBundle.newKeys()));
      said.append(rig.admin.audit(0));
      log.list.forEach(event -> said.append(text(event)));
      String rows =
          Files.readString(state.resolve("coordinator.sqlite"), ISO_8859_1)
              + Files.readString(state.resolve("coordinator.sqlite-wal"), ISO_8859_1);
      for (String secret :
          List.of(
              join.secret(),
              used.secret(),
              wrong.secret(),
              UserToken.parse(right).secret(),
              rig.founded.token().secret(),
              Files.readString(rig.directory().resolve("secret")))) {
        assertThat(said.indexOf(secret)).as("said").isNegative();
        assertThat(rows.indexOf(secret)).as("stored").isNegative();
      }
      assertThat(log.list).as("it was listened to").isNotEmpty();
    } finally {
      ours.setLevel(before);
      ours.detachAppender(log);
    }
  }

  private static String text(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    return event.getFormattedMessage()
        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }

  private interface Asking {
    void ask() throws ControlException;
  }

  private static String refusal(Asking asking) {
    try {
      asking.ask();
      throw new AssertionError("not refused");
    } catch (ControlException e) {
      return e.toString();
    }
  }

  private static void assertRefused(String code, Asking asking) {
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(asking::ask)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
