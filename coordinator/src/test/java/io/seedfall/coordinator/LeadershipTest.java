package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.AgentView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.EventStream;
import io.seedfall.control.Heard;
import io.seedfall.control.StatusView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several coordinators on one database of PostgreSQL: one leads, the others know who does. */
@ParameterizedClass
@EnumSource(names = {"POSTGRESQL_18", "POSTGRESQL_15"})
final class LeadershipTest {
  private final Databases databases;
  @TempDir private Path directory;
  private Database.Postgres database;

  LeadershipTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void newDatabase() {
    database = (Database.Postgres) databases.empty(directory);
  }

  private Rig rig() throws Exception {
    return new Rig(database, Limits.DEFAULTS, Leader.fast());
  }

  private static String address(Rig rig) {
    return "127.0.0.1:" + rig.address().getPort();
  }

  @Test
  void aFollowerTellsWhatTheLeaderStoredAndWhoLeads() throws Exception {
    try (Rig leader = rig();
        Rig follower = rig()) {
      assertThat(leader.client.status().leads()).isTrue();
      String hash = leader.artifact("model", "1", "weights");
      try (FakeAgent source = FakeAgent.publisher(leader.address(), "p", hash);
          FakeAgent machine = leader.machine("a1")) {
        String id = leader.client.deploy(new DeploymentRequest("model", "all", "x")).id();
        assertThat(source.hears()).startsWith("{'type':'seed'");
        assertThat(machine.hears()).startsWith("{'type':'assign'");
        awaitFollows(follower, address(leader));
        StatusView status = follower.client.status();
        assertThat(status.leads()).isFalse();
        assertThat(status.agentsConnected()).isEqualTo(1);
        assertThat(status.artifacts()).isEqualTo(1);
        assertThat(status.deploymentsRunning()).isEqualTo(1);
        assertThat(follower.client.agents()).extracting(AgentView::name).containsExactly("a1");
        assertThat(follower.client.agents().getFirst().lastSeenMillis()).isEqualTo(-1);
        assertThat(follower.client.artifacts().getFirst().fullCopies()).isEqualTo(-1);
        assertThat(follower.client.deployments().getFirst().machineCount()).isEqualTo(1);
        assertThat(follower.client.deployment(id).machines()).hasSize(1);
        assertThat(follower.client.machines(id)).hasSize(1);
        try (EventStream<DeploymentChange> events = follower.client.events(id, "")) {
          assertThat(events.next(Duration.ofSeconds(60)))
              .as("sent on to the leader, who has the events")
              .isInstanceOf(Heard.Changed.class);
        }
        assertThat(follower.client.metainfo(hash)).isEqualTo(leader.client.metainfo(hash));
      }
    }
  }

  @Test
  void whoAsksAFollowerToChangeSomethingIsSentToTheLeader() throws Exception {
    try (Rig leader = rig();
        Rig follower = rig();
        HttpClient http = HttpClient.newHttpClient()) {
      awaitFollows(follower, address(leader));
      String deployment = "{\"artifact\":\"m\",\"selector\":\"all\",\"destination\":\"x\"}";
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://" + address(follower) + ControlApi.DEPLOYMENTS))
                  .POST(BodyPublishers.ofString(deployment))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(421);
      assertThat(answer.headers().firstValue("Location"))
          .hasValue("http://" + address(leader) + ControlApi.DEPLOYMENTS);
      assertThat(answer.body()).contains("not_leader").contains(address(leader));
    }
  }

  @Test
  void anAgentThatAsksAFollowerForASessionIsSentToTheLeader() throws Exception {
    try (Rig leader = rig();
        Rig follower = rig()) {
      awaitFollows(follower, address(leader));
      String answer =
          follower.raw(
              "GET "
                  + ControlApi.SESSION
                  + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                  + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 421")
          .containsIgnoringCase("location: http://" + address(leader) + ControlApi.SESSION);
    }
  }

  @Test
  void whenALeaderEndsInOrderAnotherGoesOnAtOnce() throws Exception {
    try (Rig first = rig();
        Rig second = rig()) {
      String hash = first.artifact("model", "1", "weights");
      String id;
      long epoch;
      try (FakeAgent source = FakeAgent.publisher(first.address(), "p", hash);
          FakeAgent machine = new FakeAgent(first.address())) {
        machine.hello("a1", "AGENT", "", "127.0.0.1:7001", "");
        epoch = epoch(machine.hears());
        id = first.client.deploy(new DeploymentRequest("model", "all", "x")).id();
        assertThat(source.hears()).startsWith("{'type':'seed'");
        first.stop();
        assertThat(machine.ending()).isNotEmpty();
      }
      awaitLeads(second);
      try (FakeAgent source = FakeAgent.publisher(second.address(), "p", hash);
          FakeAgent machine = new FakeAgent(second.address())) {
        assertThat(source.isOpen()).isTrue();
        machine.hello("a1", "AGENT", "", "127.0.0.1:7001", "");
        assertThat(epoch(machine.hears())).isGreaterThan(epoch);
        assertThat(machine.hears()).startsWith("{'type':'assign'").contains(id);
        machine.reports(id, "INSTALLED", "", 7);
        await().until(() -> second.client.deployment(id).phase() == DeploymentPhase.DONE);
      }
    }
  }

  @Test
  void aLeaderWhoseLeaseIsAnothersDropsItsSessionsAndFollows() throws Exception {
    try (Rig rig = rig();
        Store store = Store.open(database)) {
      String hash = rig.artifact("model", "1", "weights");
      try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash)) {
        assertThat(source.isOpen()).isTrue();
        Lease thief = new Lease(store, "thief");
        long stolen = thief.take("127.0.0.1:9", 60_000, true).orElseThrow();
        assertThat(source.ending()).contains("does not lead any more");
        awaitFollows(rig, "127.0.0.1:9");
        String again = "{\"name\":\"model\",\"version\":\"2\",\"infoHash\":\"" + hash + "\"}";
        assertThat(
                rig.raw(
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(ControlApi.ARTIFACTS, again.length(), again)))
            .startsWith("HTTP/1.1 421");
        assertThat(store.artifactCount()).isEqualTo(1);
        thief.release(stolen);
      }
      awaitLeads(rig);
      assertThat(rig.artifact("model", "2", "other")).isNotEmpty();
      assertThat(rig.coordinator.ended()).isNotDone();
    }
  }

  @Test
  void whoCannotRenewInTimeFallsSilentByItsOwnClockAndLeadsAgainLater() throws Exception {
    try (Rig rig = rig();
        Connection holding = connection();
        Statement statement = holding.createStatement()) {
      try (FakeAgent machine = rig.machine("a1")) {
        holding.setAutoCommit(false);
        statement.execute("SELECT * FROM lease FOR UPDATE");
        assertThat(machine.ending())
            .as("nobody else leads, and still it says no more")
            .contains("does not lead any more");
        holding.rollback();
      }
      awaitLeads(rig);
      try (FakeAgent machine = rig.machine("a1")) {
        assertThat(machine.isOpen()).isTrue();
      }
    }
  }

  @Test
  void aDatabaseThatCutsEveryConnectionIsComeBackTo() throws Exception {
    try (Rig rig = rig()) {
      String hash = rig.artifact("model", "1", "weights");
      for (int cut = 0; cut < 3; cut++) {
        execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await().ignoreExceptions().until(() -> rig.client.status().leads());
      }
      try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
          FakeAgent machine = rig.machine("a1")) {
        assertThat(source.isOpen()).isTrue();
        assertThat(machine.isOpen()).isTrue();
        await()
            .ignoreExceptions()
            .until(() -> {
              DeploymentView made = rig.client.deploy(new DeploymentRequest("model", "all", "x"));
              return made.phase() == DeploymentPhase.RUNNING;
            });
      }
      assertThat(rig.coordinator.ended()).isNotDone();
    }
  }

  @Test
  void aLeaderThatIsStoppedInTheMiddleOfATransactionHoldsNobodyUp() throws Exception {
    try (Store store = Store.open(database);
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Lease one = new Lease(store, "one");
      Lease other = new Lease(store, "other");
      long epoch = one.take("127.0.0.1:1", 1_000, false).orElseThrow();
      CountDownLatch stopped = new CountDownLatch(1);
      CountDownLatch resumed = new CountDownLatch(1);
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () ->
                  store
                      .ledBy(new Term(epoch, "127.0.0.1:1", Long.MAX_VALUE))
                      .write(handle -> {
                        handle.execute("DELETE FROM agent");
                        stopped.countDown();
                        waitFor(resumed);
                        handle.execute("DELETE FROM agent");
                      }),
              threads);
      stopped.await();
      await()
          .ignoreExceptions() // waiting for the row ends after a while, and is tried again
          .until(() -> other.take("127.0.0.1:2", 60_000, false).isPresent());
      resumed.countDown();
      assertThat(writing).failsWithin(Duration.ofMinutes(1));
      assertThat(store.dialect().isAway(writing.exceptionNow())).isTrue();
      assertThat(other.look().leader()).isEqualTo("127.0.0.1:2");
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Connection connection() throws SQLException {
    Properties login = new Properties();
    login.setProperty("password", String.valueOf(database.password()));
    return DriverManager.getConnection(database.url(), login);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long epoch(String welcome) {
    return Long.parseLong(welcome.replaceAll(".*'epoch':([0-9]+).*", "$1"));
  }

  private static void awaitLeads(Rig rig) {
    await().until(() -> rig.client.status().leads());
  }

  private static void awaitFollows(Rig rig, String leader) {
    await().until(() -> rig.client.status().leader().equals(leader));
  }
}
