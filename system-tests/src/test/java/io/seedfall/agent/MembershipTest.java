package io.seedfall.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.identity.PrivateFiles;
import io.seedfall.control.identity.UserCredentials;
import io.seedfall.coordinator.ClusterIdentity;
import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent's membership with a real coordinator, at times of the test's own. */
final class MembershipTest {
  private static final Map<String, String> LABELS = Map.of("role", "test");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LOOK_MILLIS = 20;

  @TempDir private Path directory;

  /** Once: the next certificate is young, and is not followed by another before we have looked. */
  private final AtomicLong ahead = new AtomicLong();

  private Coordinator coordinator;
  private CoordinatorAddresses address;
  private SeedfallClient admin;

  @BeforeEach
  void start() throws IOException {
    Path state = directory.resolve("c");
    Database database = new Database.Embedded(state);
    ClusterIdentity.Founded founded = ClusterIdentity.found(state.resolve("identity"), database);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    coordinator =
        Coordinator.start(
            new CoordinatorSettings(any, database, false, null, null, state.resolve("identity")));
    address = CoordinatorAddresses.parse("https://127.0.0.1:" + coordinator.address().getPort());
    UserCredentials credentials =
        new UserCredentials("admin", "", founded.authority().hex(), founded.token().text());
    admin = new SeedfallClient(address, credentials.identity());
    Files.createDirectories(directory.resolve("a"));
  }

  @AfterEach
  void stop() {
    admin.close();
    coordinator.close();
  }

  private Path tokenFile(String name) throws ControlException, IOException {
    Path file = directory.resolve(name);
    String token = admin.createToken(new TokenRequest("a1", LABELS, 3_600_000)).token();
    PrivateFiles.write(file, token.getBytes(UTF_8));
    return file;
  }

  private AgentSettings settings(Map<String, String> labels, Path token) {
    return new AgentSettings(
            address,
            "a1",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            directory,
            directory.resolve("a"),
            labels,
            0,
            0,
            7)
        .withJoin(token);
  }

  private Membership open(AgentSettings settings) throws IOException {
    return Membership.open(
        directory.resolve("a"),
        settings,
        () -> System.currentTimeMillis() + ahead.getAndSet(0),
        LOOK_MILLIS);
  }

  private boolean isIn(Membership membership) throws ControlException {
    try (SeedfallClient client = new SeedfallClient(address, membership.identity())) {
      client.agents();
      return true;
    } catch (ControlException e) {
      return false;
    }
  }

  @Test
  void aCertificateIsRenewedInTimeAndKept() throws Exception {
    Path token = tokenFile("t1");
    Membership membership = open(settings(Map.of(), token));
    Files.delete(token);
    assertThat(membership.labels(settings(Map.of(), token))).isEqualTo(LABELS);
    String first = membership.serial();
    try (membership;
        SeedfallClient client = new SeedfallClient(address, membership.identity())) {
      client.agents();
      membership.keepRenewed(address);
      client.agents();
      assertThat(membership.serial()).as("it is young").isEqualTo(first);
      ahead.set(Duration.ofHours(17).toMillis());
      await().atMost(PATIENCE).until(() -> !membership.serial().equals(first));
      client.agents(); // the client that began with the first one
    }
    try (Membership again = open(settings(LABELS, token))) {
      assertThat(again.serial()).isEqualTo(membership.serial()).isNotEqualTo(first);
      assertThat(isIn(again)).isTrue();
    }
  }

  @Test
  void whoeverWasRevokedJoinsAgainWithAnotherToken() throws Exception {
    Path first = tokenFile("t1");
    open(settings(LABELS, first)).close();
    admin.revokeAgent("a1");
    try (Membership same = open(settings(LABELS, first))) {
      assertThat(isIn(same)).as("the same token is no use").isFalse();
    }
    try (Membership again = open(settings(LABELS, tokenFile("t2")))) {
      assertThat(isIn(again)).isTrue();
    }
  }

  @Test
  void aMemberGoesOnThoughAnotherTokenIsOfNoUse() throws Exception {
    open(settings(LABELS, tokenFile("t1"))).close();
    Path replaced = tokenFile("t2");
    tokenFile("t3");
    try (Membership same = open(settings(LABELS, replaced))) {
      assertThat(isIn(same)).isTrue();
    }
  }

  @Test
  void labelsAreThoseOfTheToken() throws Exception {
    Path token = tokenFile("t1");
    assertThatIOException()
        .isThrownBy(() -> open(settings(Map.of("role", "other"), token)).close())
        .withMessageContaining("was let in with {role=test}");
  }

  @Test
  void withoutATokenNobodyJoins() {
    assertThatIOException()
        .isThrownBy(() -> open(settings(LABELS, directory.resolve("none"))).close());
  }
}
