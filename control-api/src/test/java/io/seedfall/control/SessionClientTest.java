package io.seedfall.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.CoordinatorMessage.Welcome;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionClientTest implements SessionListener {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final AtomicInteger hellos = new AtomicInteger();
  private HandMadeCoordinator coordinator;
  private SessionClient client;

  @BeforeEach
  void connect() throws IOException {
    coordinator = HandMadeCoordinator.start();
    client = open(coordinator.address(), LONG_MILLIS);
  }

  /** Longer than any test waits: a machine that stands still for seconds ends no connection. */
  private static final int LONG_MILLIS = 120_000;

  private SessionClient open(URI address, int sendMillis) {
    return open(CoordinatorAddresses.of(address), sendMillis);
  }

  private SessionClient open(CoordinatorAddresses addresses, int sendMillis) {
    return SessionClient.open(
        new SessionSettings(addresses, LONG_MILLIS, LONG_MILLIS, sendMillis, 20, 100, 100, 7),
        this::hello,
        () -> 4711,
        this);
  }

  private AgentMessage.Hello hello() {
    return new AgentMessage.Hello(
        1,
        "a1",
        AgentKind.AGENT,
        Map.of("n", "" + hellos.incrementAndGet()),
        "127.0.0.1:6881",
        List.of());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    coordinator.close();
  }

  @Test
  void helloComesFirstAndWelcomeConnects() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    assertThat(session.receive())
        .contains("\"type\":\"hello\"")
        .contains("\"name\":\"a1\"")
        .contains("\"endpoint\":\"127.0.0.1:6881\"");
    session.welcome(1_000);
    assertThat(next()).isEqualTo("connected hand-made");
  }

  @Test
  void heartbeatsComeAsOftenAsWelcomeSays() throws Exception {
    HandMadeCoordinator.Session session = welcomed(1_000);
    assertThat(session.receiveAny()).contains("\"heartbeat\"").contains("4711");
    assertThat(session.receiveAny()).contains("\"heartbeat\"");
  }

  @Test
  void messagesArriveInOrderWholeOrInPieces() throws Exception {
    HandMadeCoordinator.Session session = welcomed(10_000);
    session.send("{\"type\":\"withdraw\",\"deploymentId\":\"d1\",\"why\":\"one\"}");
    session.sendInPieces("{\"type\":\"withdraw\",\"deploymentId\":\"d2\",\"why\":\"two ü\"}", 7);
    session.send("{\"type\":\"withdraw\",\"deploymentId\":\"d3\",\"why\":\"three\"}");

    assertThat(next()).isEqualTo("withdraw d1 one");
    assertThat(next()).isEqualTo("withdraw d2 two ü");
    assertThat(next()).isEqualTo("withdraw d3 three");
  }

  @Test
  void aMessageOfAnUnknownTypeIsPassedOver() throws Exception {
    HandMadeCoordinator.Session session = welcomed(10_000);
    session.send("{\"type\":\"fromTheFuture\",\"x\":1}");
    session.send("{\"type\":\"withdraw\",\"deploymentId\":\"d1\",\"why\":\"one\"}");
    assertThat(next()).isEqualTo("withdraw d1 one");
  }

  @Test
  void aMessageOfTheGreatestSizeIsTakenAndALargerOneEndsTheConnection() throws Exception {
    HandMadeCoordinator.Session session = welcomed(10_000);
    String head = "{\"type\":\"withdraw\",\"deploymentId\":\"d\",\"why\":\"";
    String tail = "\"}";
    int room = ControlApi.MESSAGE_BYTES_MAX - head.length() - tail.length();
    session.send(head + "x".repeat(room) + tail);
    assertThat(next()).startsWith("withdraw d xxx");
    session.send(head + "x".repeat(room + 1) + tail);
    assertThat(next()).startsWith("disconnected").contains("over 1048576 bytes");
  }

  @Test
  void malformedAndBinaryMessagesEndTheConnection() throws Exception {
    welcomed(10_000).send("{\"type\":");
    assertThat(next()).startsWith("disconnected").contains("malformed");
    welcomed(10_000).sendBinary(new byte[] {1, 2, 3});
    assertThat(next()).startsWith("disconnected").contains("binary");
  }

  @Test
  void aMessageBeforeWelcomeEndsTheConnection() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    session.receive();
    session.send("{\"type\":\"withdraw\",\"deploymentId\":\"d1\",\"why\":\"one\"}");
    assertThat(next()).startsWith("disconnected").contains("before its Welcome");
  }

  @Test
  void itComesBackByItselfWithANewHello() throws Exception {
    welcomed(10_000).cut();
    assertThat(next()).startsWith("disconnected");
    HandMadeCoordinator.Session again = coordinator.session();
    assertThat(again.receive()).contains("\"n\":\"2\"");
  }

  @Test
  void aCoordinatorThatIsAwayIsTriedUntilItIsThere() throws Exception {
    welcomed(10_000);
    int port = coordinator.address().getPort();
    coordinator.close();
    assertThat(next()).startsWith("disconnected");
    assertThat(next()).startsWith("disconnected").contains("nobody listens there");
    coordinator = HandMadeCoordinator.start(port);
    coordinator.session().receive();
  }

  @Test
  void aSilentCoordinatorIsGivenUp() throws Exception {
    coordinator.session();
    client.close();
    client = open(coordinator.address(), 5_000);
    welcomed(100).fallSilent();
    assertThat(next()).isEqualTo("disconnected the coordinator is silent");
  }

  @Test
  void refusedIsReportedAndTriedAgain() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    session.receive();
    session.send("{\"type\":\"refused\",\"why\":\"the name a1 is taken\"}");
    assertThat(next()).isEqualTo("refused the name a1 is taken");
    welcomed(1_000);
  }

  @Test
  void onlyTheLatestReportOfADeploymentIsSaidAfterAnAbsence() throws Exception {
    HandMadeCoordinator.Session unwelcomed = coordinator.session();
    unwelcomed.receive();
    client.report(report("d1", MachinePhase.FETCHING, 1));
    client.report(report("d2", MachinePhase.FETCHING, 1));
    client.report(report("d1", MachinePhase.INSTALLED, 9));
    client.holding("ab", true);
    client.holding("ab", false);
    unwelcomed.cut();

    HandMadeCoordinator.Session session = coordinator.session();
    session.receive(); // this Hello knows of "ab"
    client.holding("cd", true);
    session.welcome(10_000);
    String holding = session.receive();
    String reports = session.receive();
    assertThat(holding).contains("\"type\":\"holding\"").contains("cd").contains("true");
    assertThat(reports).contains("\"type\":\"reports\"").containsOnlyOnce("d1").contains("d2");
    assertThat(reports).contains("INSTALLED").contains("\"bytesDone\":9");
    assertThat(session.waiting()).isZero();
  }

  @Test
  void closingSaysWhatIsUnsaidAndLeavesNoThread() throws Exception {
    HandMadeCoordinator.Session session = welcomed(10_000);
    client.report(report("d1", MachinePhase.FAILED, 0));
    client.close();
    assertThat(session.receive()).contains("FAILED");
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("HttpClient-")))
        .isEmpty();
  }

  @Test
  void closingDuringTheWaitIsQuick() throws Exception {
    SessionClient away =
        SessionClient.open(
            new SessionSettings(
                CoordinatorAddresses.of(URI.create("http://127.0.0.1:1")),
                500,
                500,
                500,
                600_000,
                600_000,
                600_000,
                1),
            this::hello,
            () -> 0,
            this);
    assertThat(next()).contains("nobody listens there");
    away.close();
  }

  @Test
  void whoDoesNotLeadSendsItToTheLeaderAndWhenThatIsGoneItAsksAgain() throws Exception {
    client.close();
    coordinator.session();
    try (HandMadeCoordinator leader = HandMadeCoordinator.start()) {
      coordinator.follow(leader.address());
      client = open(coordinator.address(), LONG_MILLIS);
      HandMadeCoordinator.Session session = leader.session();
      assertThat(session.receive()).contains("hello");
      session.welcome(10_000, 3);
      assertThat(next()).isEqualTo("connected hand-made");
      coordinator.followNobody();
      session.cut();
    }
    assertThat(next()).startsWith("disconnected the ");
    assertThat(next()).startsWith("disconnected no coordinator leads, says 127.0.0.1:");
    coordinator.lead();
    HandMadeCoordinator.Session next = coordinator.session();
    assertThat(next.receive()).contains("hello");
    next.welcome(10_000, 4);
    assertThat(awaitHeard("connected")).isEqualTo("connected hand-made");
  }

  @Test
  void severalAddressesAreTriedInTurn() throws Exception {
    client.close();
    coordinator.session();
    URI nobody = URI.create("http://127.0.0.1:1");
    client =
        open(new CoordinatorAddresses(List.of(nobody, nobody, coordinator.address())), LONG_MILLIS);
    HandMadeCoordinator.Session session = coordinator.session();
    assertThat(session.receive()).contains("hello");
    session.welcome(10_000);
    assertThat(next()).contains("nobody listens there");
    assertThat(next()).contains("nobody listens there");
    assertThat(next()).isEqualTo("connected hand-made");
  }

  @Test
  void anOlderEpochIsNotListenedToAndTheSameOneIs() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    assertThat(session.receive()).contains("hello");
    session.welcome(10_000, 7);
    assertThat(next()).isEqualTo("connected hand-made");
    session.cut();
    HandMadeCoordinator.Session stale = coordinator.session();
    assertThat(stale.receive()).contains("hello");
    stale.welcome(10_000, 6);
    assertThat(awaitHeard("disconnected a coordinator")).contains("epoch 6").contains("epoch 7");
    HandMadeCoordinator.Session same = coordinator.session();
    assertThat(same.receive()).contains("hello");
    same.welcome(10_000, 7);
    assertThat(awaitHeard("connected")).isEqualTo("connected hand-made");
  }

  private String awaitHeard(String start) throws InterruptedException {
    String heardNow = next();
    while (!heardNow.startsWith(start)) {
      heardNow = next();
    }
    return heardNow;
  }

  private HandMadeCoordinator.Session welcomed(int heartbeatMillis) throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    assertThat(session.receive()).contains("\"type\":\"hello\"");
    session.welcome(heartbeatMillis);
    assertThat(next()).isEqualTo("connected hand-made");
    return session;
  }

  private static MachineReport report(String deployment, MachinePhase phase, long bytes) {
    return new MachineReport(deployment, phase, "", bytes, 0, 0, 0);
  }

  private String next() throws InterruptedException {
    String next = heard.poll(60, TimeUnit.SECONDS);
    assertThat(next).as("something the listener heard").isNotNull();
    return next;
  }

  @Override
  public void connected(Welcome welcome) {
    heard.add("connected " + welcome.coordinator());
  }

  @Override
  public void disconnected(String why) {
    heard.add("disconnected " + why);
  }

  @Override
  public void refused(String why) {
    heard.add("refused " + why);
  }

  @Override
  public void received(CoordinatorMessage message) {
    if (message instanceof CoordinatorMessage.Withdraw(String id, String why)) {
      heard.add("withdraw " + id + " " + why);
    } else {
      heard.add(message.toString());
    }
  }
}
