package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.DeploymentRequest;
import io.seedfall.metrics.JvmMetrics;
import io.seedfall.metrics.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CoordinatorMetricsTest {
  @TempDir private Path state;

  private static List<String> scrape(Rig rig) throws IOException {
    String answer =
        rig.raw("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("content-type: text/plain; version=0.0.4");
    return answer.lines().toList();
  }

  @Test
  void itSaysWhoIsThereAndWhatWasAsked() throws Exception {
    try (Rig rig = new Rig(state);
        FakeAgent a1 = rig.machine("a1")) {
      assertThat(a1.isOpen()).isTrue();
      rig.client.status();
      rig.raw("GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(scrape(rig))
                  .contains(
                      "seedfall_coordinator_leads 1.0",
                      "seedfall_coordinator_lease_remaining_seconds +Inf",
                      "seedfall_coordinator_agents{state=\"connected\"} 1.0",
                      "seedfall_coordinator_agents{state=\"away\"} 0.0",
                      "seedfall_coordinator_sessions 1.0",
                      "seedfall_coordinator_session_received_messages_total{type=\"hello\"} 1.0",
                      "seedfall_coordinator_session_sent_messages_total{type=\"welcome\"} 1.0",
                      "seedfall_coordinator_http_requests_total{route=\"GET /api/v1/status\","
                          + "status=\"2xx\"} 1.0",
                      "seedfall_coordinator_http_requests_total{route=\"other\",status=\"4xx\"}"
                          + " 1.0",
                      "seedfall_coordinator_http_request_duration_seconds_count{route="
                          + "\"GET /api/v1/status\"} 1",
                      "seedfall_coordinator_loop_inbox_messages_max 2048.0"));
    }
  }

  @Test
  void deploymentsAndMachinesAreCountedAndAnEndOnlyOnce() throws Exception {
    try (Rig rig = new Rig(state)) {
      String hash = rig.artifact("model", "1", "content");
      try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
          FakeAgent a1 = rig.machine("a1");
          FakeAgent a2 = rig.machine("a2")) {
        assertThat(source.isOpen()).isTrue();
        String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
        a1.reports(id, "INSTALLED", "", 7);
        a2.reports(id, "FAILED", "no", 3);
        awaitLines(
            rig,
            "seedfall_coordinator_deployments{phase=\"failed\"} 1.0",
            "seedfall_coordinator_deployments_ended_total{phase=\"failed\"} 1.0",
            "seedfall_coordinator_deployments_ended_total{phase=\"done\"} 0.0",
            "seedfall_coordinator_machines{state=\"installed\"} 1.0",
            "seedfall_coordinator_machines{state=\"failed\"} 1.0",
            "seedfall_coordinator_publishers 1.0",
            "seedfall_coordinator_assignment_duration_seconds_count 1",
            "seedfall_coordinator_assignment_duration_seconds_sum 0.007");
        rig.client.deploy(new DeploymentRequest("model", "all", "x")); // takes its place
        awaitLines(
            rig,
            "seedfall_coordinator_deployments{phase=\"running\"} 1.0",
            "seedfall_coordinator_deployments_ended_total{phase=\"failed\"} 1.0");
      }
    }
  }

  private static void awaitLines(Rig rig, String... lines) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(scrape(rig)).contains(lines));
  }

  @Test
  void itSaysAllThatItsTableDeclaresAndNothingElse() throws Exception {
    try (Rig rig = new Rig(state)) {
      TreeSet<String> said =
          scrape(rig).stream()
              .filter(line -> line.startsWith("# TYPE "))
              .map(line -> line.split(" ", -1)[2])
              .filter(name -> !name.endsWith("_max") || declared().anyMatch(name::equals))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(said).containsExactlyInAnyOrderElementsOf(declared().toList());
    }
  }

  private static Stream<String> declared() {
    return Stream.concat(CoordinatorMetrics.TABLE.stream(), JvmMetrics.TABLE.stream())
        .map(Metric::name);
  }

  @Test
  void flightRecorderSeesTurnsAndCallsToTheDatabase() throws Exception {
    Path file = state.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("seedfall.LoopTurn").withoutThreshold();
      recording.enable("seedfall.DatabaseCall").withoutThreshold();
      recording.start();
      try (Rig rig = new Rig(state.resolve("coordinator"))) {
        rig.artifact("model", "1", "content");
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("seedfall.LoopTurn"))
        .anyMatch(event -> event.getInt("messages") > 0)
        .allSatisfy(event -> assertThat(event.getDuration()).isPositive());
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("seedfall.DatabaseCall"))
        .anyMatch(event -> event.getBoolean("write"))
        .anyMatch(event -> !event.getBoolean("write"));
  }
}
