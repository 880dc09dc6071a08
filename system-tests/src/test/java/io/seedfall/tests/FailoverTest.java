package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachineView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.coordinator.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two coordinators on one PostgreSQL, of which the leading one fails in the middle of the main job.
 */
final class FailoverTest {
  private static final long BYTES = 64 << 20;
  private static final int AGENTS = 2;
  private static final Duration TAKEOVER_MAX = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private PostgresServer server;
  private Processes processes;
  private String database;

  /** One coordinator process and a client that talks to it alone. */
  private record Running(SeedfallProcess process, URI address) {
    boolean leads() {
      try (SeedfallClient client = new SeedfallClient(address)) {
        return client.status().leads();
      } catch (ControlException e) {
        return false;
      }
    }

    void signal(String name) throws IOException, InterruptedException {
      Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
      assertThat(kill.waitFor()).isZero();
    }
  }

  @BeforeEach
  void startDatabase() throws Exception {
    server = PostgresServer.start18();
    database = server.newDatabase();
    Files.writeString(directory.resolve("password"), server.password() + "\n");
    processes = new Processes(directory);
  }

  @AfterEach
  void end() throws IOException {
    processes.close();
    server.close();
  }

  private Running coordinator() throws IOException, InterruptedException {
    SeedfallProcess process =
        processes.start(
            "coordinator",
            "--listen",
            "127.0.0.1:0",
            "--database",
            database,
            "--database-password-file",
            directory.resolve("password").toString(),
            "--json");
    return new Running(process, URI.create(process.awaitAddress()));
  }

  private Path root(int number) {
    return directory.resolve("root-" + number);
  }

  /** A source, agents with that rate, and a deployment that is on its way to them. */
  private String deploy(CoordinatorAddresses addresses, String rate) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 7);
    String coordinators = addresses.toString();
    for (int number = 1; number <= AGENTS; number++) {
      Files.createDirectories(root(number));
      processes
          .start(
              "agent",
              "--coordinator",
              coordinators,
              "--name",
              "a" + number,
              "--listen",
              "127.0.0." + (number + 1) + ":0",
              "--root",
              root(number).toString(),
              "--state",
              directory.resolve("state-" + number).toString(),
              "--max-rate",
              rate,
              "--json")
          .awaitAddress();
    }
    processes
        .start(
            "publish",
            file.toString(),
            "--name",
            "payload",
            "--coordinator",
            coordinators,
            "--json")
        .awaitAddress();
    try (SeedfallClient client = new SeedfallClient(addresses)) {
      Cluster.await("agents are there", () -> client.status().agentsConnected() == AGENTS);
      SeedfallProcess deploy =
          processes.start(
              "deploy",
              "payload",
              "--to",
              "all",
              "--path",
              "p.bin",
              "--detach",
              "--coordinator",
              coordinators);
      assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
      String id = client.deployments().getFirst().id();
      Cluster.await("bytes move", () -> client.deployment(id).bytesDone() > AGENTS * BYTES / 16);
      return id;
    }
  }

  private void assertArrived(SeedfallClient client, String id) throws Exception {
    Cluster.await("it is done", () -> client.deployment(id).phase() != DeploymentPhase.RUNNING);
    DeploymentView done = client.deployment(id);
    assertThat(done.phase()).as(processes.all()).isEqualTo(DeploymentPhase.DONE);
    for (MachineView machine : done.machines()) {
      assertThat(machine.bytesFromHolders() + machine.bytesFromPeers())
          .as("the transfer of %s never began again; a few blocks came twice", machine.agent())
          .isBetween(BYTES, BYTES + BYTES / 50);
    }
    for (int number = 1; number <= AGENTS; number++) {
      assertThat(TestFiles.sha256(root(number).resolve("p.bin")))
          .isEqualTo(TestFiles.sha256(directory.resolve("payload.bin")));
    }
  }

  /** What all processes have written, to sockets and files. */
  private long bytesWritten(List<SeedfallProcess> of) throws IOException {
    long sum = 0;
    for (SeedfallProcess process : of) {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/io"))) {
        if (line.startsWith("wchar: ")) {
          sum += Long.parseLong(line.substring("wchar: ".length()));
        }
      }
    }
    return sum;
  }

  private static Running awaitLeader(Running one, Running other) {
    Cluster.await("one leads", () -> one.leads() || other.leads());
    return one.leads() ? one : other;
  }

  @Test
  void aLeaderKilledInTheMiddleIsFollowedByAnotherInSecondsAndNoTransferStops() throws Exception {
    Running one = coordinator();
    Running other = coordinator();
    CoordinatorAddresses addresses =
        new CoordinatorAddresses(List.of(one.address(), other.address()));
    String id = deploy(addresses, "4MB/s");
    Running leader = awaitLeader(one, other);
    Running follower = leader.equals(one) ? other : one;
    List<SeedfallProcess> agents = processes.ofCommand("agent");
    assertThat(agents).hasSize(AGENTS);
    leader.process().kill();
    long killedNanos = System.nanoTime();
    long before = bytesWritten(agents);
    Cluster.await("the other one leads", follower::leads);
    Duration takeover = Duration.ofNanos(System.nanoTime() - killedNanos);
    long meanwhile = bytesWritten(agents) - before;
    System.out.printf(
        "takeover after kill -9: %d ms; agents moved %d bytes meanwhile%n",
        takeover.toMillis(), meanwhile);
    assertThat(takeover).isLessThan(TAKEOVER_MAX);
    assertThat(meanwhile).as("bytes that moved while nobody led").isGreaterThan(1 << 20);
    try (SeedfallClient client = new SeedfallClient(addresses)) {
      assertArrived(client, id);
      assertThat(client.status().agentsConnected()).isEqualTo(AGENTS);
    }
  }

  @Test
  void aLeaderStoppedLongerThanItsLeaseWritesNothingWhenItGoesOnAndAgentsStayWithTheNext()
      throws Exception {
    Running one = coordinator();
    Running other = coordinator();
    CoordinatorAddresses addresses =
        new CoordinatorAddresses(List.of(one.address(), other.address()));
    String id = deploy(addresses, "1MB/s");
    Running stopped = awaitLeader(one, other);
    Running next = stopped.equals(one) ? other : one;
    stopped.signal("STOP");
    long stoppedNanos = System.nanoTime();
    try (SeedfallClient client = new SeedfallClient(next.address());
        HttpClient http = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> late = registers(http, stopped, client);
      Cluster.await("the other one leads", next::leads);
      System.out.printf(
          "takeover after SIGSTOP: %d ms%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stoppedNanos));
      Cluster.await("agents are there", () -> client.status().agentsConnected() == AGENTS);
      System.out.printf(
          "agents with the next one after %d ms%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stoppedNanos));
      stopped.signal("CONT");
      HttpResponse<String> answer = late.get(1, TimeUnit.MINUTES);
      assertThat(answer.statusCode()).as(answer.body()).isIn(421, 503);
      Cluster.await(
          "the old one follows",
          () -> {
            try (SeedfallClient old = new SeedfallClient(stopped.address())) {
              return !old.status().leads()
                  && old.status().leader().equals(next.address().getAuthority());
            }
          });
      assertThat(client.artifacts()).as("nothing of the late request").hasSize(1);
      assertThat(next.leads()).isTrue();
      assertThat(client.status().agentsConnected()).isEqualTo(AGENTS);
      assertArrived(client, id);
      assertThat(next.leads()).isTrue();
    }
  }

  /** Asks the stopped coordinator for something that it would have to store. */
  private static CompletableFuture<HttpResponse<String>> registers(
      HttpClient http, Running stopped, SeedfallClient client) throws ControlException {
    String infoHash = client.artifacts().getFirst().infoHash();
    return http.sendAsync(
        HttpRequest.newBuilder(stopped.address().resolve(ControlApi.ARTIFACTS))
            .POST(
                BodyPublishers.ofString(
                    "{\"name\":\"late\",\"version\":\"1\",\"infoHash\":\"" + infoHash + "\"}"))
            .build(),
        BodyHandlers.ofString());
  }
}
