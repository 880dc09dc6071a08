package io.seedfall.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What real processes say to Prometheus and in their logs, as Prometheus' own tool judges it. */
final class ObservabilityTest {
  private static final Path FILES =
      Path.of(System.getProperty("seedfall.root", "..")).resolve("config/observability");
  private static final Pattern PORT = Pattern.compile("metrics at \\S*:(\\d+)");

  @TempDir private Path directory;
  private final List<ChildProcess> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.reversed().forEach(ChildProcess::close);
  }

  private SeedfallProcess start(String... arguments) throws IOException {
    SeedfallProcess process = SeedfallProcess.start(directory, arguments);
    processes.add(process);
    return process;
  }

  /** Runs somebody else's program to its end, which has to be a good one; gives what it printed. */
  private String run(Path where, String... command) throws Exception {
    ChildProcess process =
        new ChildProcess(
            String.join(" ", command), new ProcessBuilder(command).directory(where.toFile()));
    processes.add(process);
    assertThat(process.awaitExit()).as(process.both()).isZero();
    return String.join("\n", process.answer()) + "\n";
  }

  private String scraped(String url, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail"));
    command.addAll(List.of(more));
    command.add(url + "/metrics");
    return run(directory, command.toArray(String[]::new));
  }

  /** What promtool has to say against it: nothing. */
  private void lint(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("scrape.prom"), text);
    String said = run(directory, "sh", "-c", "promtool check metrics < " + file + " 2>&1");
    assertThat(said.strip()).isEmpty();
  }

  @Test
  void promtoolFindsNothingWrongWithWhatACoordinatorAndAnAgentSay() throws Exception {
    SeedfallProcess coordinator =
        start("coordinator", "--listen", "127.0.0.1:0", "--state", "c", "--json");
    String url = coordinator.awaitAddress();
    Files.createDirectories(directory.resolve("root"));
    SeedfallProcess agent =
        start(
            "agent",
            "--coordinator",
            url,
            "--name",
            "a1",
            "--listen",
            "127.0.0.2:0",
            "--root",
            "root",
            "--state",
            "s",
            "--metrics",
            "127.0.0.1:0",
            "--json");
    agent.awaitAddress();
    String note = agent.awaitNote(line -> line.contains("metrics at "));
    Matcher port = PORT.matcher(note);
    assertThat(port.find()).as(note).isTrue();
    String agentUrl = "http://127.0.0.1:" + port.group(1);
    Files.write(directory.resolve("model.bin"), "all of it\n".repeat(50_000).getBytes(UTF_8));
    Cluster.await("a1 is counted", () -> isCounted(url));
    SeedfallProcess deploy =
        start("deploy", "model.bin", "--to", "all", "--path", "m", "--coordinator", url);
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();

    String ofAgent = scraped(agentUrl);
    assertThat(ofAgent.lines())
        .contains(
            "seedfall_agent_connected 1.0",
            "seedfall_agent_received_bytes_total{from=\"peers\"} 500000.0",
            "seedfall_agent_assignments_ended_total{phase=\"installed\"} 1.0");
    String ofCoordinator = scraped(url);
    assertThat(ofCoordinator.lines())
        .contains(
            "seedfall_coordinator_leads 1.0",
            "seedfall_coordinator_deployments_ended_total{phase=\"done\"} 1.0",
            "seedfall_coordinator_assignment_duration_seconds_count 1");
    lint(ofAgent);
    lint(ofCoordinator);
  }

  private boolean isCounted(String url) {
    try {
      return scraped(url).contains("seedfall_coordinator_agents{state=\"connected\"} 1.0");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void inAClusterWithAnIdentityAViewerReadsThemAndNobodyElse() throws Exception {
    SeedfallProcess init =
        start("coordinator", "init", "--state", "c", "--credentials", "admin.json");
    assertThat(init.awaitExit()).as(init.both()).isZero();
    String url =
        start("coordinator", "--listen", "127.0.0.1:0", "--state", "c", "--json").awaitAddress();
    String[] create = {"user", "create", "prometheus", "--role", "viewer", "--out", "viewer.json"};
    List<String> user = new ArrayList<>(List.of(create));
    user.addAll(List.of("--coordinator", url, "--credentials", "admin.json"));
    SeedfallProcess created = start(user.toArray(String[]::new));
    assertThat(created.awaitExit()).as(created.both()).isZero();
    String token =
        JsonMapper.builder()
            .build()
            .readTree(directory.resolve("viewer.json").toFile())
            .get("token")
            .stringValue();
    String authority = directory.resolve("c/identity/authority.pem").toString();
    Path header =
        Files.writeString(directory.resolve("header"), "Authorization: Bearer " + token + "\n");
    assertThat(scraped(url, "--cacert", authority, "--header", "@" + header))
        .contains("seedfall_coordinator_leads 1.0");
    String[] nobody = {"curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}"};
    List<String> command = new ArrayList<>(List.of(nobody));
    command.addAll(List.of("--cacert", authority, url + "/metrics"));
    assertThat(run(directory, command.toArray(String[]::new)).strip()).isEqualTo("401");
  }

  @Test
  void promtoolTakesTheRulesAndTheyFireWhenTheyShould() throws Exception {
    assertThat(run(FILES, "promtool", "check", "rules", "seedfall-alerts.yml"))
        .contains("SUCCESS: 14 rules found");
    assertThat(run(FILES, "promtool", "test", "rules", "seedfall-alerts-test.yml"))
        .contains("SUCCESS");
    assertThat(run(FILES, "promtool", "check", "config", "--syntax-only", "prometheus.yml"))
        .contains("SUCCESS");
  }

  @Test
  void aDaemonThatIsToldSoLogsOneObjectALine() throws Exception {
    SeedfallProcess coordinator =
        start(
            "coordinator",
            "--listen",
            "127.0.0.1:0",
            "--state",
            "c",
            "--log-format",
            "json",
            "--json");
    coordinator.awaitAddress();
    coordinator.awaitNote(line -> line.contains("listening on"));
    coordinator.stop();
    JsonMapper json = JsonMapper.builder().build();
    List<String> notes = coordinator.notes();
    assertThat(notes).hasSizeGreaterThan(2);
    for (String line : notes) {
      JsonNode object = json.readTree(line);
      assertThat(object.isObject()).as(line).isTrue();
      assertThat(object.get("level").stringValue()).isNotBlank();
      assertThat(object.get("formattedMessage").stringValue()).isNotBlank();
    }
    SeedfallProcess wrong = start("coordinator", "--state", "d", "--log-format", "xml");
    assertThat(wrong.awaitExit()).isEqualTo(2);
    assertThat(wrong.both()).contains("--log-format");
  }
}
