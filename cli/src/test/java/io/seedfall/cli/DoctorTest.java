package io.seedfall.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.agent.Agent;
import io.seedfall.agent.AgentSettings;
import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SeedfallClient;
import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a doctor finds on machines that are well, and on machines that are not. */
final class DoctorTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void end() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void aMachineBesideTwoThatHaveAnArtifactIsWell() throws Exception {
    URI coordinator = coordinator();
    agent("a1", coordinator);
    agent("a2", coordinator);
    Path file = Files.write(directory.resolve("model"), new byte[3 << 20]);
    RecordedConsole deploy = new RecordedConsole(false);
    Awaitility.await().atMost(PATIENCE).until(() -> connected(coordinator) == 2);
    assertThat(
            deploy.run(
                "deploy",
                file.toString(),
                "--to",
                "all",
                "--path",
                "model",
                "--coordinator",
                coordinator.toString()))
        .as(deploy.notes())
        .isEqualTo(ExitCode.OK);
    Path root = Files.createDirectories(directory.resolve("root-a3"));
    RecordedConsole recorded = new RecordedConsole(false);
    int exit =
        recorded.run(
            nothing(),
            "doctor",
            "--coordinator",
            coordinator.toString(),
            "agent",
            "--",
            "--name",
            "a3",
            "--root",
            root.toString(),
            "--state",
            root.toString());
    assertThat(recorded.answer())
        .contains("ok    coordinator")
        .contains("ok    clock")
        .contains("ok    packets")
        .contains("ok    port")
        .contains("2 of 2 tried, all reached")
        .containsPattern("ok    throughput +3.15 MB from a[12]")
        .contains("skip  certificate")
        .containsPattern("(ok|warn)  +root .*takes")
        .contains(" 0 failures");
    assertThat(exit).isEqualTo(ExitCode.OK);
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void whatIsBrokenIsNamedWithWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      RecordedConsole recorded = new RecordedConsole(false);
      int exit =
          recorded.run(
              nothing(),
              "doctor",
              "--json",
              "agent",
              "--",
              "--root",
              directory.resolve("nowhere").toString(),
              "--root",
              "odd=/proc/self",
              "--listen",
              "127.0.0.1:" + taken.getLocalPort(),
              "--coordinator",
              "http://127.0.0.1:" + freePort());
      assertThat(exit).isEqualTo(ExitCode.FAILED);
      assertThat(recorded.answer())
          .startsWith("{\"healthy\":false,")
          .contains("nowhere is no directory", "mkdir -p")
          .contains("/proc/self cannot be written to")
          .contains("is taken")
          .contains("cannot be reached", "firewall")
          .contains("the coordinator has to be reached first");
    }
  }

  @Test
  void aCoordinatorsDoctorAsksTheCoordinatorItself() throws Exception {
    URI coordinator = coordinator();
    RecordedConsole recorded = new RecordedConsole(false);
    String state = directory.resolve("coordinator").toString();
    int exit =
        recorded.run(
            nothing(),
            "doctor",
            "coordinator",
            "--",
            "--state",
            state,
            "--listen",
            coordinator.getAuthority());
    assertThat(recorded.answer())
        .contains("ok    coordinator   " + coordinator)
        .contains("is taken; fine if by the daemon itself")
        .contains("skip  neighbours");
    assertThat(exit).isEqualTo(ExitCode.OK);
  }

  @Test
  void anAddressOfAnotherMachineIsNoPlaceToListen() {
    Finding finding =
        new NetworkChecks(Duration.ofSeconds(1)).port(ListenAddress.parse("192.0.2.1:7071"));
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.FAIL);
  }

  @Test
  void aClockThatIsWrongIsSeenAndHowWrong() throws Exception {
    URI coordinator = answering("Wed, 01 Jan 2020 00:00:00 GMT", true);
    List<Finding> findings =
        new NetworkChecks(Duration.ofSeconds(20)).coordinator(coordinator, ClientIdentity.NONE);
    assertThat(findings)
        .anyMatch(each ->
            each.check().equals("clock")
                && each.verdict() == Finding.Verdict.FAIL
                && each.what().contains("ahead of"));
  }

  @Test
  void aClockMayDifferByAFewSecondsAndNoMore() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    String date = "Thu, 01 Jan 2026 00:00:00 GMT";
    Map<Integer, String> cases =
        Map.of(
            0, "ok", 5, "ok", -5, "ok", -6, "warn", 7, "warn", -60, "warn", 61, "warn", -61, "fail",
            62, "fail");
    cases.forEach((seconds, word) -> {
      Instant here = now.plusSeconds(seconds);
      assertThat(NetworkChecks.clock(date, here, here).verdict().word())
          .as("%d s", seconds)
          .isEqualTo(word);
    });
    assertThat(NetworkChecks.clock("soon", now, now).verdict()).isEqualTo(Finding.Verdict.SKIP);
  }

  @Test
  void largeAnswersThatDoNotComeAreToldFromACoordinatorThatIsAway() throws Exception {
    URI coordinator = answering("Wed, 01 Jan 2020 00:00:00 GMT", false);
    List<Finding> findings =
        new NetworkChecks(Duration.ofSeconds(2)).coordinator(coordinator, ClientIdentity.NONE);
    assertThat(findings)
        .anyMatch(
            each -> each.check().equals("coordinator") && each.verdict() == Finding.Verdict.OK)
        .anyMatch(each ->
            each.check().equals("packets")
                && each.verdict() == Finding.Verdict.FAIL
                && each.action().contains("MTU"));
  }

  @Test
  void packetsAreToBeOfAUsualSize() {
    Map<Integer, String> cases =
        Map.of(1_279, "fail", 1_280, "warn", 1_499, "warn", 1_500, "ok", 9_000, "ok");
    cases.forEach((bytes, word) ->
        assertThat(NetworkChecks.mtu("eth0", bytes).verdict().word()).isEqualTo(word));
  }

  @Test
  void neighboursThatCannotBeReachedAreNamed() throws Exception {
    try (ServerSocket there = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<AgentView> agents = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int port = i % 3 == 0 ? freePort() : there.getLocalPort();
        agents.add(view("a" + i, port));
      }
      NetworkChecks checks = new NetworkChecks(Duration.ofSeconds(20));
      Finding finding = checks.neighbours(agents, "self");
      assertThat(finding.verdict()).isEqualTo(Finding.Verdict.FAIL);
      assertThat(finding.what()).contains("of 20 cannot be reached: a0 at 127.0.0.1:", " ...");
      assertThat(checks.neighbours(List.of(agents.getFirst()), "a0").verdict())
          .isEqualTo(Finding.Verdict.SKIP);
      assertThat(checks.neighbours(List.of(agents.get(1)), "self").verdict())
          .isEqualTo(Finding.Verdict.OK);
    }
  }

  @Test
  void theKernelsLimitsAreReadAndJudged() throws IOException {
    MachineChecks poor = new MachineChecks(proc("1023", "128", "4096 131072 1000000", "fpu"), 0);
    assertThat(poor.limits())
        .extracting(Finding::verdict)
        .containsExactly(
            Finding.Verdict.FAIL, Finding.Verdict.WARN, Finding.Verdict.WARN, Finding.Verdict.WARN);
    assertThat(poor.processor().getFirst().verdict()).isEqualTo(Finding.Verdict.WARN);
    MachineChecks fine =
        new MachineChecks(proc("4096", "1024", "4096 131072 4194304", "fpu avx2 x"), 0);
    assertThat(fine.limits()).allMatch(each -> each.verdict() == Finding.Verdict.OK);
    assertThat(fine.processor()).allMatch(each -> each.verdict() == Finding.Verdict.OK);
    MachineChecks middling = new MachineChecks(proc("1024", "4096", "6291456", "sha_ni"), 0);
    assertThat(middling.limits().getFirst().verdict()).isEqualTo(Finding.Verdict.WARN);
    // The kernel's own files give everything with the first read, and nothing with the next.
    Process cat = new ProcessBuilder("cat", "/proc/sys/net/core/somaxconn").start();
    String is = new String(cat.getInputStream().readAllBytes(), US_ASCII).strip();
    assertThat(new MachineChecks(Path.of("/proc"), 0).limits())
        .anyMatch(each -> each.what().equals("net.core.somaxconn is " + is));
    MachineChecks silent = new MachineChecks(directory.resolve("no-proc"), 0);
    assertThat(silent.limits()).allMatch(each -> each.verdict() == Finding.Verdict.SKIP);
  }

  @Test
  void aDiskIsJudgedByItsRoomAndItsSpeed() {
    MachineChecks checks = new MachineChecks(Path.of("/proc"), 100_000_000);
    assertThat(MachineChecks.room("root", directory, 256L << 20, 1L << 30).verdict())
        .isEqualTo(Finding.Verdict.OK);
    assertThat(MachineChecks.room("root", directory, (256L << 20) - 1, 1L << 30).verdict())
        .isEqualTo(Finding.Verdict.FAIL);
    assertThat(MachineChecks.room("root", directory, 49_000_000_000L, 1_000_000_000_000L).verdict())
        .isEqualTo(Finding.Verdict.WARN);
    assertThat(checks.speed("root", directory, 100e6, 1).verdict()).isEqualTo(Finding.Verdict.OK);
    assertThat(checks.speed("root", directory, 99e6, 1).action()).contains("link-rate");
    assertThat(checks.speed("root", directory, 200e6, 100_000_001).verdict())
        .isEqualTo(Finding.Verdict.WARN);
    assertThat(MachineChecks.together("root 1", directory, Path.of("/proc")).verdict())
        .isEqualTo(Finding.Verdict.WARN);
    assertThat(MachineChecks.together("root 1", directory, directory).verdict())
        .isEqualTo(Finding.Verdict.OK);
  }

  @Test
  void aCertificateIsGoodForSoLong() throws Exception {
    Path state = directory.resolve("secured");
    Path credentials = directory.resolve("credentials.json");
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(
            recorded.run(
                nothing(),
                "coordinator",
                "init",
                "--state",
                state.toString(),
                "--credentials",
                credentials.toString()))
        .isEqualTo(ExitCode.OK);
    Coordinator secured =
        Coordinator.start(
            new CoordinatorSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Database.Embedded(state),
                false,
                null,
                null,
                state.resolve("identity")));
    open.push(secured);
    String at = "https://" + ListenAddress.text(secured.address());
    RecordedConsole token = new RecordedConsole(false);
    assertThat(
            token.run(
                "token",
                "create",
                "--agent",
                "a1",
                "--coordinator",
                at,
                "--credentials",
                credentials.toString()))
        .as(token.notes())
        .isEqualTo(ExitCode.OK);
    Path join = Files.writeString(directory.resolve("join"), token.answer());
    Files.setPosixFilePermissions(join, PosixFilePermissions.fromString("rw-------"));
    Path agentState = directory.resolve("state-a1");
    assertThat(DoctorCommand.certificate(directory, Instant.now()).verdict())
        .isEqualTo(Finding.Verdict.SKIP);
    open.push(Agent.start(settings("a1", URI.create(at)).withJoin(join)));
    assertThat(DoctorCommand.certificate(agentState, Instant.now()).verdict())
        .isEqualTo(Finding.Verdict.OK);
    Instant later = Instant.now().plus(Duration.ofHours(22));
    assertThat(DoctorCommand.certificate(agentState, later).verdict())
        .isEqualTo(Finding.Verdict.WARN);
    Instant tooLate = Instant.now().plus(Duration.ofHours(25));
    assertThat(DoctorCommand.certificate(agentState, tooLate).verdict())
        .isEqualTo(Finding.Verdict.FAIL);
    RecordedConsole doctor = new RecordedConsole(false);
    doctor.run(
        nothing(),
        "doctor",
        "--coordinator",
        at,
        "--credentials",
        credentials.toString(),
        "agent",
        "--",
        "--root",
        Files.createDirectories(directory.resolve("root-x")).toString());
    assertThat(doctor.answer())
        .contains("ok    coordinator")
        .containsPattern("skip  throughput +peers of this cluster speak with its members alone");
  }

  // ---- parts --------------------------------------------------------------------------------

  private Origins nothing() {
    return new Origins(Map.of(), directory.resolve("etc"));
  }

  private URI coordinator() throws IOException {
    Coordinator coordinator =
        Coordinator.start(
            new CoordinatorSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                directory.resolve("coordinator"),
                false));
    open.push(coordinator);
    return URI.create("http://" + ListenAddress.text(coordinator.address()));
  }

  private AgentSettings settings(String name, URI coordinator) throws IOException {
    return new AgentSettings(
        CoordinatorAddresses.of(coordinator),
        name,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Files.createDirectories(directory.resolve("root-" + name)),
        directory.resolve("state-" + name),
        Map.of(),
        0,
        0,
        1);
  }

  private void agent(String name, URI coordinator) throws IOException {
    open.push(Agent.start(settings(name, coordinator)));
  }

  private static long connected(URI coordinator) throws Exception {
    try (SeedfallClient client = new SeedfallClient(coordinator)) {
      return client.agents().stream().filter(AgentView::connected).count();
    }
  }

  private static AgentView view(String name, int port) {
    return new AgentView(name, AgentKind.AGENT, Map.of(), "127.0.0.1:" + port, true, 0, 0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path proc(String files, String backlog, String buffers, String flags) throws IOException {
    Path proc = Files.createTempDirectory(directory, "proc");
    Files.createDirectories(proc.resolve("self"));
    Files.createDirectories(proc.resolve("sys/net/core"));
    Files.createDirectories(proc.resolve("sys/net/ipv4"));
    Files.writeString(
        proc.resolve("self/limits"),
        "Limit  Soft Limit  Hard Limit  Units\nMax open files   100   %s   files\n"
            .formatted(files));
    Files.writeString(proc.resolve("sys/net/core/somaxconn"), backlog + "\n");
    Files.writeString(proc.resolve("sys/net/ipv4/tcp_rmem"), buffers + "\n");
    Files.writeString(proc.resolve("sys/net/ipv4/tcp_wmem"), buffers + "\n");
    Files.writeString(proc.resolve("cpuinfo"), "model\t: x\nflags\t\t: " + flags + "\n");
    return proc;
  }

  /** Answers every request the same, with that date; or, when it is to be no large one, once. */
  private URI answering(String date, boolean always) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.push(server);
    byte[] answer =
        ("HTTP/1.1 200 OK\r\nDate: " + date + "\r\nContent-Length: 2\r\n\r\n{}").getBytes(US_ASCII);
    Thread.ofVirtual()
        .start(() -> {
          try (Socket client = server.accept()) {
            byte[] request = new byte[16_384];
            for (int i = 0; always || i < 1; i++) {
              if (client.getInputStream().read(request) < 0) {
                return;
              }
              client.getOutputStream().write(answer);
            }
            // It hears, and does not answer any more.
            while (client.getInputStream().read(request) >= 0) {
              Arrays.fill(request, (byte) 0);
            }
          } catch (IOException _) {
            // the test is over
          }
        });
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }
}
