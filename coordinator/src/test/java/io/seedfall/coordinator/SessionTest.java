package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.planner.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session may say, and when it ends. */
final class SessionTest {
  @TempDir private Path state;
  private Rig rig;

  @BeforeEach
  void startCoordinator() throws IOException {
    rig = new Rig(state);
  }

  @AfterEach
  void stopCoordinator() {
    rig.close();
  }

  @Test
  void aHelloIsWelcomedAndPingsAreAnswered() {
    try (FakeAgent agent = new FakeAgent(rig.address())) {
      agent.hello("a1", "AGENT", "'role':'x'", "[::1]:7001", "");
      assertThat(agent.hears())
          .startsWith(
              "{'type':'welcome','coordinator':'seedfall development','heartbeatMillis':5000,'epoch':");
      agent.pings();
      agent.say("{'type':'dance','steps':[1,2]}");
      agent.say("{'type':'heartbeat','freeBytes':1,'news':true}");
      agent.pings();
      assertThat(agent.isOpen()).isTrue();
    }
  }

  @Test
  void aSecondLiveSessionOfTheSameNameIsRefused() {
    try (FakeAgent first = rig.machine("a1");
        FakeAgent second = new FakeAgent(rig.address())) {
      second.hello("a1", "AGENT", "", "127.0.0.1:7001", "");
      assertThat(second.hears())
          .startsWith("{'type':'refused','why':'an agent named a1 is connected already, from ");
      assertThat(second.ending()).startsWith("1008 an agent named a1");
      first.pings();
      assertThat(first.isOpen()).isTrue();
    }
  }

  @Test
  void theNameIsFreeAgainAsSoonAsItsProcessIsDead() {
    try (FakeAgent first = rig.machine("a1")) {
      first.dies();
      await()
          .until(() -> {
            try (FakeAgent second = new FakeAgent(rig.address())) {
              second.hello("a1", "AGENT", "", "127.0.0.1:7001", "");
              return second.hears().startsWith("{'type':'welcome'");
            }
          });
    }
  }

  @Test
  void aMachinesNameIsNotForAPublisher() {
    try (FakeAgent machine = rig.machine("a1");
        FakeAgent publisher = new FakeAgent(rig.address())) {
      machine.dies();
      await().until(() -> rig.client.status().agentsConnected() == 0);
      publisher.hello("a1", "PUBLISHER", "", "127.0.0.1:7001", "");
      assertThat(publisher.hears()).contains("the name a1 belongs to a machine");
      assertThat(publisher.ending()).startsWith("1008");
    }
  }

  @Test
  void loopbackIsAnAddressOnThisMachineOnly() {
    AgentMessage.Hello onLoopback = hello("127.0.0.2:7001");
    assertThat(Translation.facts(onLoopback, true).place()).isEqualTo(Place.LOOPBACK);
    assertThatThrownBy(() -> Translation.facts(onLoopback, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("127.0.0.2:7001")
        .hasMessageContaining("--listen");
    assertThatThrownBy(() -> Translation.facts(hello("[::1]:7001"), false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Translation.facts(hello("192.0.2.1:7001"), false).place())
        .isEqualTo(Place.ELSEWHERE);
  }

  private static AgentMessage.Hello hello(String endpoint) {
    return new AgentMessage.Hello(
        ControlApi.PROTOCOL_VERSION, "a1", AgentKind.AGENT, Map.of(), endpoint, List.of());
  }

  @Test
  void whatMakesNoSenseIsToldSoAndClosed() {
    String hello =
        "{'type':'hello','protocolVersion':1,'name':'a1','kind':'AGENT','labels':{},"
            + "'endpoint':'127.0.0.1:1','holdings':[]}";
    for (String bad :
        List.of(
            "",
            "hello",
            "[]",
            "{'type':'heartbeat','freeBytes':1}",
            hello.replace("'protocolVersion':1", "'protocolVersion':2"),
            hello.replace("'a1'", "'a/1'"),
            hello.replace("'a1'", "''"),
            hello.replace("AGENT", "TRAIN"),
            hello.replace("{},", "{'a b':'c'},"),
            hello.replace("127.0.0.1:1", "localhost:1"),
            hello.replace("127.0.0.1:1", "127.0.0.1:0"),
            hello.replace("127.0.0.1:1", "0.0.0.0:1"),
            hello.replace("127.0.0.1:1", "[::]:1"),
            hello.replace("127.0.0.1:1", "224.0.0.1:1"),
            hello.replace("[]", "['abc']"),
            hello.replace("[]", "[7]"))) {
      try (FakeAgent agent = new FakeAgent(rig.address())) {
        agent.say(bad);
        assertThat(agent.hears()).as(bad).startsWith("{'type':'refused'");
        assertThat(agent.ending()).as(bad).startsWith("1008");
      }
    }
  }

  @Test
  void whatMakesNoSenseLaterEndsTheSessionToo() {
    for (String bad :
        List.of(
            "{'type':'hello','protocolVersion':1,'name':'a1','kind':'AGENT','labels':{},"
                + "'endpoint':'127.0.0.1:1','holdings':[]}",
            "{'type':'heartbeat','freeBytes':-2}",
            "{'type':'holding','infoHash':'xy','complete':true}",
            report("'../x'", "'FETCHING'", "1"),
            report("'d1'", "'DANCING'", "1"),
            report("'d1'", "'FETCHING'", "-1"))) {
      try (FakeAgent agent = rig.machine("a" + Integer.toHexString(bad.hashCode()))) {
        agent.say(bad);
        assertThat(agent.hears()).as(bad).startsWith("{'type':'refused'");
        assertThat(agent.ending()).as(bad).startsWith("1008");
      }
    }
  }

  private static String report(String id, String phase, String bytes) {
    return "{'type':'reports','reports':[{'deploymentId':"
        + id
        + ",'phase':"
        + phase
        + ",'why':'','bytesDone':"
        + bytes
        + ",'bytesFromHolders':0,'bytesFromPeers':0,'elapsedMillis':0}]}";
  }

  @Test
  void binaryMessagesAreRefused() {
    try (FakeAgent agent = rig.machine("a1")) {
      agent.sayRaw(ByteBuffer.wrap(new byte[1]));
      assertThat(agent.ending()).startsWith("1008");
    }
  }

  @Test
  void messagesEndAtTheirLimit() {
    String message = "{'type':'heartbeat','freeBytes':1}";
    try (FakeAgent agent = rig.machine("a1")) {
      agent.say(message + " ".repeat(ControlApi.MESSAGE_BYTES_MAX - message.length()));
      agent.pings();
      assertThat(agent.isOpen()).isTrue();
    }
    try (FakeAgent agent = rig.machine("a2")) {
      agent.say(message + " ".repeat(ControlApi.MESSAGE_BYTES_MAX - message.length() + 1));
      assertThat(agent.ending()).startsWith("1009");
    }
  }

  @Test
  void holdingsEndAtTheirLimit() {
    String most = hashes(ControlApi.HOLDINGS_MAX);
    try (FakeAgent agent = new FakeAgent(rig.address())) {
      agent.hello("a1", "AGENT", "", "127.0.0.1:1", most);
      assertThat(agent.hears()).startsWith("{'type':'welcome'");
      agent.say("{'type':'holding','infoHash':'" + "ff".repeat(32) + "','complete':true}");
      assertThat(agent.hears()).contains("holdings: 10001 (expected: at most 10000)");
    }
    try (FakeAgent agent = new FakeAgent(rig.address())) {
      agent.hello("a2", "AGENT", "", "127.0.0.1:1", hashes(ControlApi.HOLDINGS_MAX + 1));
      assertThat(agent.hears()).contains("holdings: 10001 (expected: at most 10000)");
    }
  }

  private static String hashes(int count) {
    StringBuilder hashes = new StringBuilder();
    for (int i = 0; i < count; i++) {
      hashes.append(i == 0 ? "'" : ",'").append("%064x".formatted(i)).append('\'');
    }
    return hashes.toString();
  }

  @Test
  void reportsEndAtTheirLimit() {
    try (FakeAgent agent = rig.machine("a1")) {
      agent.say(reports(ControlApi.REPORTS_MAX));
      agent.pings();
      assertThat(agent.isOpen()).isTrue();
      agent.say(reports(ControlApi.REPORTS_MAX + 1));
      assertThat(agent.hears()).contains("reports: 1001 (expected: at most 1000)");
    }
  }

  private static String reports(int count) {
    String one = report("'d1'", "'FAILED'", "1");
    String element = one.substring(one.indexOf('[') + 1, one.indexOf(']'));
    return "{'type':'reports','reports':[" + element + ("," + element).repeat(count - 1) + "]}";
  }

  @Test
  void numbersBeyondAllMeasureBreakNothing() throws ControlException {
    String hash = rig.artifact("model", "1", "weights");
    try (FakeAgent source = FakeAgent.publisher(rig.address(), "p", hash);
        FakeAgent a1 = rig.machine("a1");
        FakeAgent a2 = rig.machine("a2")) {
      assertThat(source.isOpen()).isTrue();
      String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
      a1.reports(id, "FETCHING", "", Long.MAX_VALUE);
      a2.reports(id, "FETCHING", "", Long.MAX_VALUE);
      await().until(() -> rig.client.deployment(id).bytesDone() == Long.MAX_VALUE);
    }
  }

  @Test
  void whoeverSaysNoHelloInTimeIsClosed() throws IOException {
    stopCoordinator();
    rig = new Rig(state, Limits.DEFAULTS.withTimes(300, 5_000, 15_000));
    try (FakeAgent silent = new FakeAgent(rig.address());
        FakeAgent greeted = rig.machine("a1")) {
      assertThat(silent.hears()).contains("no Hello within 300 ms");
      assertThat(silent.ending()).startsWith("1008 no Hello");
      assertThat(greeted.isOpen()).isTrue();
    }
  }

  @Test
  void whoeverFallsSilentIsAwayAndItsNameFree() throws IOException, ControlException {
    stopCoordinator();
    rig = new Rig(state, Limits.DEFAULTS.withTimes(5_000, 200, 600));
    try (FakeAgent silent = rig.machine("a1")) {
      await().until(() -> rig.client.status().agentsConnected() == 0);
      assertThat(silent.ending()).isNotEmpty();
      try (FakeAgent again = rig.machine("a1")) {
        assertThat(rig.client.status().agentsKnown()).isEqualTo(1);
        assertThat(again.isOpen()).isTrue();
      }
    }
  }

  @Test
  void whoeverDoesNotReadIsCutOffWhenTooMuchWaitsForIt() throws ControlException {
    String report = report("'" + "d".repeat(128) + "'", "'FETCHING'", "1"); // answered by withdraw
    String element = report.substring(report.indexOf('[') + 1, report.indexOf(']'));
    String batch =
        "{'type':'reports','reports':["
            + element
            + ("," + element).repeat(ControlApi.REPORTS_MAX - 1)
            + "]}";
    try (FakeAgent hanging = rig.machine("a1");
        FakeAgent other = rig.machine("a2")) {
      hanging.stopsReading();
      int batches = 0;
      while (rig.client.status().agentsConnected() == 2 && batches++ < 1_000) {
        hanging.sayIfOpen(batch);
      }
      assertThat(batches).isLessThan(1_000);
      other.pings();
      assertThat(other.isOpen()).isTrue();
    }
  }

  @Test
  void sessionsEndAtTheirLimit() throws IOException {
    stopCoordinator();
    rig = new Rig(state, Limits.DEFAULTS.withCounts(2, 10, 10));
    try (FakeAgent first = rig.machine("a1");
        FakeAgent second = new FakeAgent(rig.address());
        FakeAgent third = new FakeAgent(rig.address())) {
      assertThat(third.hears()).contains("has 2 sessions");
      assertThat(third.ending()).startsWith("1008");
      second.hello("a2", "AGENT", "", "127.0.0.1:1", "");
      assertThat(second.hears()).startsWith("{'type':'welcome'");
      first.dies();
      await().until(() -> rig.client.status().agentsConnected() == 1);
      try (FakeAgent next = rig.machine("a3")) {
        assertThat(next.isOpen()).isTrue();
      }
    }
  }
}
