package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.hooked;
import static io.seedfall.agent.AgentBench.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.MachinePhase;
import io.seedfall.metrics.JvmMetrics;
import io.seedfall.metrics.Metric;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class AgentMetricsTest {
  @TempDir Path temporary;
  private AgentBench bench;
  private Path hooks;
  private InetSocketAddress metrics;

  @BeforeEach
  void start() throws Exception {
    bench = new AgentBench(temporary);
    hooks = Scripts.directory(bench.temporary.resolve("hooks"));
    Path more = Files.createDirectory(bench.temporary.resolve("more"));
    metrics =
        bench.startMeasured(
            bench
                .settings()
                .withHooks(new HookSettings(hooks, 50))
                .withRoots(Map.of("data", more)));
  }

  @AfterEach
  void end() {
    bench.close();
  }

  private List<String> scrape() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI at = URI.create("http://127.0.0.1:" + metrics.getPort() + "/metrics");
      return client
          .send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .toList();
    }
  }

  @Test
  void itSaysWhatItHasDone() throws Exception {
    bench.installed("d0", "twelve bytes", "x");
    Scripts.write(hooks, "pre", "exit 1");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "pre", ""));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.FAILED);
    bench.reconnect();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(scrape())
                .contains(
                    "seedfall_agent_connected 1.0",
                    "seedfall_agent_certificate_remaining_seconds +Inf",
                    "seedfall_agent_received_bytes_total{from=\"peers\"} 15.0",
                    "seedfall_agent_received_bytes_total{from=\"web_seeds\"} 0.0",
                    "seedfall_agent_verified_pieces_total 2.0",
                    "seedfall_agent_verified_bytes_total 15.0",
                    "seedfall_agent_rejected_pieces_total 0.0",
                    "seedfall_agent_assignments_ended_total{phase=\"installed\"} 1.0",
                    "seedfall_agent_assignments_ended_total{phase=\"failed\"} 1.0",
                    "seedfall_agent_assignment_bytes_total{from=\"holders\"} 15.0",
                    "seedfall_agent_install_seconds_count 1",
                    "seedfall_agent_hook_seconds_count 1",
                    "seedfall_agent_hook_failures_total 1.0",
                    "seedfall_agent_cap_bytes_per_second{direction=\"receive\"} 0.0"));
    assertThat(scrape())
        .filteredOn(line -> line.startsWith("seedfall_agent_root_free_bytes"))
        .hasSize(2)
        .anyMatch(line -> line.contains("root=\"(root)\""))
        .anyMatch(line -> line.contains("root=\"data\""))
        .noneMatch(line -> line.endsWith(" -1.0"));
  }

  @Test
  void itSaysAllThatItsTableDeclaresAndNothingElse() throws Exception {
    TreeSet<String> said =
        scrape().stream()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ", -1)[2])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(said)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(AgentMetrics.TABLE.stream(), JvmMetrics.TABLE.stream())
                .map(Metric::name)
                .toList());
  }

  @Test
  void rotIsCountedWhenItIsFoundAndWhenItIsRepaired() throws Exception {
    bench.stop();
    metrics = bench.startMeasured(bench.settings().withRehash(1_000_000_000));
    Path file = TestSource.randomFile(bench.temporary.resolve("model.bin"), 3_000_000, 1);
    Metainfo metainfo = bench.published(file);
    bench.assign(plain("d1", metainfo, "x", bench.source(metainfo, file, 0)));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    Path version = bench.root.resolve(".seedfall/versions/" + metainfo.infoHash());
    RehashTest.rot(VersionStore.contentBelow(version, metainfo), 1_500_000);
    await()
        .atMost(Duration.ofSeconds(100))
        .untilAsserted(() ->
            assertThat(scrape())
                .contains(
                    "seedfall_agent_rot_found_pieces_total 1.0",
                    "seedfall_agent_rot_repaired_versions_total 1.0",
                    "seedfall_agent_versions 1.0"));
  }

  @Test
  void nothingIsServedThatNobodyAskedFor() throws Exception {
    bench.stop();
    try (Agent quiet = Agent.start(bench.settings())) {
      assertThat(quiet.metricsAddress()).isNull();
    }
  }
}
