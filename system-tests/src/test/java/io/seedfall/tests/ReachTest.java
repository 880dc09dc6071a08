package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator, an agent and a source that nobody told an address, on three machines. */
final class ReachTest {
  private static final int USAGE = 2;
  private static final int REFUSED = 4;
  private static final int COORDINATOR = 0;
  private static final int AGENT = 1;
  private static final int SOURCE = 2;

  private final Path directory;
  private final Path file;
  private final Rack rack = Rack.up(3, "100mbit");
  private final List<SeedfallProcess> processes = new ArrayList<>();
  private String port = "";

  ReachTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    this.file = TestFiles.random(directory.resolve("payload.bin"), 3 << 20, 8);
  }

  @BeforeEach
  void start() throws Exception {
    String url =
        on(
                COORDINATOR,
                "coordinator",
                "--listen",
                "0.0.0.0:0",
                "--insecure",
                "--state",
                directory.resolve("c").toString(),
                "--json")
            .awaitAddress();
    port = url.substring(url.lastIndexOf(':'));
  }

  @AfterEach
  void end() {
    try {
      processes.forEach(SeedfallProcess::close);
    } finally {
      rack.close();
    }
  }

  private SeedfallProcess on(int host, String... arguments) throws Exception {
    SeedfallProcess process = SeedfallProcess.startInside(rack.on(host), directory, arguments);
    processes.add(process);
    return process;
  }

  /** As other machines see it. */
  private String coordinator() {
    return "http://" + rack.address(COORDINATOR) + port;
  }

  private SeedfallProcess agent(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("agent", "--name", "a1", "--coordinator", coordinator()));
    arguments.addAll(List.of("--root", root().toString()));
    arguments.addAll(List.of("--state", directory.resolve("a1").toString(), "--json"));
    arguments.addAll(List.of(more));
    return on(AGENT, arguments.toArray(String[]::new));
  }

  private Path root() throws Exception {
    return Files.createDirectories(directory.resolve("root"));
  }

  private SeedfallProcess deploy(int host, String what, String coordinator, String... more)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("deploy", what, "--to", "all", "--path", "p.bin"));
    arguments.addAll(List.of("--coordinator", coordinator));
    arguments.addAll(List.of(more));
    return on(host, arguments.toArray(String[]::new));
  }

  private static void failsWith(SeedfallProcess process, int exitCode, String... words)
      throws InterruptedException {
    assertThat(process.awaitExit()).as(process.both()).isEqualTo(exitCode);
    assertThat(process.notes()).as(process.both()).hasSize(1);
    assertThat(process.notes().getFirst()).contains(words);
  }

  @Test
  void withoutAnAddressAgentAndSourceAreWhereTheyReachTheCoordinatorFrom() throws Exception {
    assertThat(agent("--insecure").awaitAddress()).startsWith(rack.address(AGENT) + ":");
    SeedfallProcess deploy = deploy(SOURCE, file.toString(), coordinator(), "--insecure");
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
    assertThat(TestFiles.sha256(root().resolve("p.bin"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void withoutInsecureTheyEndAtOnceAndSayWhatToDo() throws Exception {
    failsWith(agent(), USAGE, rack.address(AGENT), "--insecure", "--listen");
    failsWith(
        deploy(SOURCE, file.toString(), coordinator()),
        USAGE,
        rack.address(SOURCE),
        "--insecure",
        "--listen");
  }

  @Test
  void aSourceOnLoopbackIsRefusedToOtherMachinesBeforeItIsHashed() throws Exception {
    agent("--insecure").awaitAddress();
    awaitAgent();
    SeedfallProcess deploy = deploy(COORDINATOR, file.toString(), "http://127.0.0.1" + port);
    failsWith(deploy, USAGE, "127.0.0.1", "a1 is at " + rack.address(AGENT), "--listen");
  }

  @Test
  void anArtifactOnLoopbackIsRefusedToOtherMachines() throws Exception {
    agent("--insecure").awaitAddress();
    awaitAgent();
    String here = "http://127.0.0.1" + port;
    SeedfallProcess publish =
        on(COORDINATOR, "publish", file.toString(), "--name", "p", "--coordinator", here, "--json");
    assertThat(publish.awaitAddress()).startsWith("127.0.0.1:");
    failsWith(
        deploy(COORDINATOR, "p", here),
        REFUSED,
        "a1 at " + rack.address(AGENT),
        "--listen ADDRESS:PORT");
  }

  @Test
  void aSourceThatNamesTheLoopbackOfAnotherMachineIsRefused() throws Exception {
    SeedfallProcess publish =
        on(
            SOURCE,
            "publish",
            file.toString(),
            "--listen",
            "127.0.0.1:0",
            "--coordinator",
            coordinator());
    assertThat(publish.awaitExit()).as(publish.both()).isEqualTo(REFUSED);
    assertThat(publish.notes().getLast()).contains("refuses", "127.0.0.1:", "--listen");
  }

  private void awaitAgent() {
    Cluster.await("the agent is connected", () -> connected().contains("\"connected\":true"));
  }

  /** Asked on the coordinator's host: this test's own network leads nowhere. */
  private String connected() {
    try {
      SeedfallProcess agents =
          on(COORDINATOR, "agents", "--json", "--coordinator", "http://127.0.0.1" + port);
      assertThat(agents.awaitExit()).as(agents.both()).isZero();
      return agents.both();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
