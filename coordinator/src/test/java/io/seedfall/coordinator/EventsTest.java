package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.control.AgentView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.EventStream;
import io.seedfall.control.FleetChange;
import io.seedfall.control.Heard;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import io.seedfall.control.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens, told as it happens. */
final class EventsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path state;
  private Rig rig;
  private FakeAgent source;
  private FakeAgent machine;

  @BeforeEach
  void begin() throws IOException, ControlException {
    rig = new Rig(state, Limits.DEFAULTS.withSubscribers(2, 100));
    String hash = rig.artifact("model", "1", "weights");
    source = FakeAgent.publisher(rig.address(), "p", hash);
    machine = rig.machine("a1");
  }

  @AfterEach
  void end() {
    machine.close();
    source.close();
    rig.close();
  }

  private String deploy() throws ControlException {
    return rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
  }

  /** The first change that looks like that, none missed before it. */
  private static <T> T hears(EventStream<T> stream, Predicate<T> fits) throws InterruptedException {
    while (true) {
      switch (stream.next(PATIENCE)) {
        case Heard.Changed<T>(T change) -> {
          if (fits.test(change)) {
            return change;
          }
        }
        case Heard.Missed<T>(String why) -> throw new AssertionError("missed: " + why);
        case Heard.Nothing<T> _ -> throw new AssertionError("nothing came");
        case Heard.Ended<T>(String why) -> throw new AssertionError("ended: " + why);
      }
    }
  }

  private static boolean names(DeploymentChange change, MachinePhase phase) {
    return change.machines().stream().anyMatch(view -> view.phase() == phase);
  }

  @Test
  void aDeploymentIsToldFirstAsItIsThenAsItChanges() throws Exception {
    String id = deploy();
    try (EventStream<DeploymentChange> stream = rig.client.events(id, "")) {
      DeploymentChange now = hears(stream, _ -> true);
      assertThat(now.deployment().id()).isEqualTo(id);
      assertThat(now.deployment().machines()).isEmpty();
      assertThat(now.more()).as("its machines are to be looked at").isTrue();
      machine.reports(id, "FETCHING", "", 3);
      DeploymentChange fetching = hears(stream, change -> names(change, MachinePhase.FETCHING));
      assertThat(fetching.deployment().bytesDone()).isEqualTo(3);
      assertThat(fetching.machines()).extracting(MachineView::agent).containsExactly("a1");
      machine.reports(id, "FETCHING", "", 5);
      DeploymentChange progress = hears(stream, change -> !change.machines().isEmpty());
      assertThat(progress.machines().getFirst().bytesDone()).as("not only phases").isEqualTo(5);
      machine.reports(id, "INSTALLED", "", 7);
      DeploymentChange done =
          hears(stream, change -> change.deployment().phase() == DeploymentPhase.DONE);
      assertThat(done.deployment().installedCount()).isEqualTo(1);
    }
  }

  @Test
  void whoComesBackHearsWhatWasMissedAndNoMore() throws Exception {
    String id = deploy();
    String last;
    try (EventStream<DeploymentChange> stream = rig.client.events(id, "")) {
      machine.reports(id, "FETCHING", "", 3);
      hears(stream, change -> names(change, MachinePhase.FETCHING));
      await().until(() -> !stream.lastId().isEmpty());
      last = stream.lastId();
    }
    machine.reports(id, "INSTALLED", "", 7);
    await().until(() -> rig.client.summary(id).phase() == DeploymentPhase.DONE);
    try (EventStream<DeploymentChange> again = rig.client.events(id, last)) {
      DeploymentChange missed = hears(again, change -> names(change, MachinePhase.INSTALLED));
      assertThat(missed.more()).as("a difference, not all").isFalse();
    }
  }

  @Test
  void anIdThatIsNotKnownIsAReset() throws Exception {
    String id = deploy();
    try (EventStream<DeploymentChange> stream = rig.client.events(id, "0-1-7")) {
      assertThat(stream.next(PATIENCE))
          .isInstanceOfSatisfying(
              Heard.Missed.class, missed -> assertThat(missed.why()).contains("0-1-7"));
      assertThat(hears(stream, _ -> true).deployment().id()).isEqualTo(id);
    }
    CoordinatorTest.assertRefused(
        Problem.MALFORMED, "Last-Event-ID", () -> rig.client.events(id, "a b").close());
    CoordinatorTest.assertRefused(
        Problem.UNKNOWN_DEPLOYMENT, "no deployment", () -> rig.client.events("none", "").close());
  }

  @Test
  void anotherCoordinatorBeginsAnew() throws Exception {
    String id = deploy();
    EventStream<DeploymentChange> stream = rig.client.events(id, "");
    try (stream) {
      hears(stream, _ -> true);
      await().until(() -> !stream.lastId().isEmpty());
      rig.close();
      await()
          .until(
              () -> stream.next(Duration.ofMillis(100)) instanceof Heard.Ended<DeploymentChange>);
    }
    rig = new Rig(state);
    try (EventStream<DeploymentChange> again = rig.client.events(id, stream.lastId())) {
      assertThat(again.next(PATIENCE)).isInstanceOf(Heard.Missed.class);
      assertThat(hears(again, _ -> true).deployment().id()).isEqualTo(id);
    }
  }

  @Test
  void theFleetTellsOfDeploymentsAgentsAndTheHalt() throws Exception {
    try (EventStream<FleetChange> stream = rig.client.fleetEvents("")) {
      assertThat(hears(stream, _ -> true).more()).isTrue();
      String id = deploy();
      hears(stream, change -> change.deployments().stream().anyMatch(one -> one.id().equals(id)));
      try (FakeAgent other = rig.machine("a2")) {
        assertThat(other.isOpen()).isTrue();
        hears(stream, change -> knows(change, "a2", true));
      }
      hears(stream, change -> knows(change, "a2", false));
      rig.client.halt(true);
      hears(stream, FleetChange::halted);
    }
  }

  private static boolean knows(FleetChange change, String agent, boolean connected) {
    for (AgentView view : change.agents()) {
      if (view.name().equals(agent) && view.connected() == connected) {
        return true;
      }
    }
    return false;
  }

  @Test
  void subscribersEndAtTheirLimitAndLeaveTheirPlaces() throws Exception {
    String id = deploy();
    try (EventStream<FleetChange> first = rig.client.fleetEvents("");
        EventStream<DeploymentChange> second = rig.client.events(id, "")) {
      hears(first, _ -> true);
      hears(second, _ -> true);
      CoordinatorTest.assertRefused(
          Problem.TOO_MANY_REQUESTS, "listen", () -> rig.client.events(id, "").close());
      assertThat(rig.client.summary(id).id()).as("all else is answered").isEqualTo(id);
    }
    await()
        .ignoreExceptions()
        .until(() -> {
          rig.client.events(id, "").close();
          return true;
        });
  }

  @Test
  void whoHearsNothingHearsThatThePlaceMoves() throws Exception {
    String id = deploy();
    try (Socket socket = rig.connect()) {
      String request =
          "GET /api/v1/deployments/" + id + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      StringBuilder heard = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (heard.indexOf("\n: nothing new\n\n") < 0) {
        int next = in.read();
        assertThat(next).as(heard.toString()).isNotNegative();
        heard.append((char) next);
      }
      assertThat(heard)
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: text/event-stream")
          .containsPattern("id: [0-9]+-[0-9a-f]+-[0-9]+\nevent: change\ndata: \\{")
          .containsPattern("id: [0-9]+-[0-9a-f]+-[0-9]+\n: nothing new\n\n");
    }
  }
}
