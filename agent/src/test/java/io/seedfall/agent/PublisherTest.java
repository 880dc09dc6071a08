package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.HandMadeCoordinator;
import io.seedfall.node.FetchSpec;
import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.node.TransferPace;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest implements PublisherListener {
  @TempDir Path temporary;
  private final Closer opened = new Closer();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private HandMadeCoordinator coordinator;
  private Path file;
  private Metainfo metainfo;
  private Publisher publisher;

  @BeforeEach
  void publish() throws IOException {
    coordinator = opened.add(HandMadeCoordinator.start());
    file = TestSource.randomFile(temporary.resolve("model.bin"), 500_000, 1);
    metainfo = TestSource.hash(file);
    publisher = opened.add(Publisher.start(settings(file), this));
  }

  @AfterEach
  void endAll() {
    opened.close();
  }

  @Test
  void itSaysWhatItHoldsAndIsServedFrom() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    assertThat(session.receive())
        .contains("\"kind\":\"PUBLISHER\"")
        .contains("\"holdings\":[\"" + metainfo.infoHash() + "\"]")
        .contains("127.0.0.1:" + publisher.listenAddress().getPort());
    session.welcome(10_000);
    assertThat(next()).isEqualTo("connected");

    BlockingQueue<String> fetched = new LinkedBlockingQueue<>();
    Node peer =
        opened.add(
            Node.open(new NodeSettings(TestSource.loopback(), 0, 0, 1_000_000_000L, 0, "", 5)));
    peer.fetch(
        new FetchSpec(
            metainfo,
            temporary.resolve("fetched"),
            List.of(Endpoint.parse("127.0.0.1:" + publisher.listenAddress().getPort())),
            new TransferListener() {
              @Override
              public void completed() {
                fetched.add("completed");
              }

              @Override
              public void failed(TransferFault fault, String why) {
                fetched.add(why);
              }
            }));
    assertThat(fetched.poll(60, TimeUnit.SECONDS)).isEqualTo("completed");
    assertThat(temporary.resolve("fetched/content/model.bin")).hasSameBinaryContentAs(file);
    assertThat(publisher.progress().bytesSent()).isGreaterThanOrEqualTo(500_000);
  }

  @Test
  void aFileThatChangesIsNoLongerSeeded() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    session.receive();
    session.welcome(10_000);
    assertThat(next()).isEqualTo("connected");

    Files.writeString(file, "something else");

    assertThat(next()).startsWith("failed").contains("model.bin");
    assertThat(session.receive())
        .contains("\"type\":\"holding\"")
        .contains(metainfo.infoHash().hex())
        .contains("\"complete\":false");
    session.cut();
    assertThat(next()).startsWith("disconnected");
    assertThat(coordinator.session().receive()).contains("\"holdings\":[]");
  }

  @Test
  void itStandsStillWhileTheFleetDoesOrItsDeploymentIsPaused() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    session.receive();
    session.welcome(10_000);
    assertThat(next()).isEqualTo("connected");
    session.send("{\"type\":\"halt\",\"halted\":true}");
    Awaitility.await().until(() -> publisher.pace().paused());
    session.send("{\"type\":\"halt\",\"halted\":false}");
    Awaitility.await().until(() -> !publisher.pace().paused());
    session.send(
        "{\"type\":\"seed\",\"infoHash\":\"%s\",\"neighbours\":[],\"source\":true,\"pace\":%s}"
            .formatted(metainfo.infoHash(), "{\"priority\":\"LOW\",\"paused\":true}"));
    Awaitility.await().until(() -> publisher.pace().equals(new TransferPace(1, 0, true, true)));
  }

  @Test
  void refusedIsPassedOn() throws Exception {
    HandMadeCoordinator.Session session = coordinator.session();
    session.receive();
    session.send("{\"type\":\"refused\",\"why\":\"the name is taken\"}");
    assertThat(next()).isEqualTo("refused the name is taken");
  }

  @Test
  void whatIsNotThereCannotBePublished() {
    assertThatThrownBy(() -> Publisher.start(settings(temporary.resolve("none")), this))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }

  private PublisherSettings settings(Path content) {
    return new PublisherSettings(
        CoordinatorAddresses.of(coordinator.address()),
        "p1",
        TestSource.loopback(),
        content,
        metainfo,
        0,
        0,
        1);
  }

  private String next() throws InterruptedException {
    String next = heard.poll(60, TimeUnit.SECONDS);
    assertThat(next).as("something the listener heard").isNotNull();
    return next;
  }

  @Override
  public void connected() {
    heard.add("connected");
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
  public void failed(String why) {
    heard.add("failed " + why);
  }
}
