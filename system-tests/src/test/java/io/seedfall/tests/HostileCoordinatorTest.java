package io.seedfall.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Decoded;
import io.seedfall.control.HandMadeCoordinator;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Neighbour;
import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator that was taken over cannot make an agent with trust roots install what nobody
 * signed: a real agent, a real source, and a coordinator that says whatever it likes.
 */
final class HostileCoordinatorTest {
  private static final long DAY_MILLIS = 86_400_000L;

  private final long now = System.currentTimeMillis();
  private final Signers signers = Signers.of(5);
  @TempDir private Path directory;
  private HandMadeCoordinator coordinator;
  private HandMadeCoordinator.Session session;
  private SeedfallProcess source;
  private SeedfallProcess agent;
  private Metainfo metainfo;
  private Neighbour neighbour;
  private int deployments;

  @BeforeEach
  void begin() throws Exception {
    coordinator = HandMadeCoordinator.start();
    Path file = TestFiles.random(directory.resolve("model.bin"), 300_000, 1);
    Path torrent = directory.resolve("model.torrent");
    source = SeedfallProcess.seed(directory, file, torrent);
    neighbour = new Neighbour("s", source.awaitAddress(), true);
    byte[] bytes = Files.readAllBytes(torrent);
    metainfo = parsed(bytes);
    coordinator.serveMetainfo(metainfo.infoHash().hex(), bytes);
    Path anchor = Files.write(directory.resolve("1.root"), signers.sign(root(1), 0, 1));
    Files.createDirectory(directory.resolve("root"));
    agent =
        SeedfallProcess.start(
            directory,
            "agent",
            "--coordinator",
            coordinator.address().toString(),
            "--name",
            "a1",
            "--root",
            directory.resolve("root").toString(),
            "--state",
            directory.resolve("state").toString(),
            "--trust",
            anchor.toString(),
            "--json");
    session = coordinator.session();
    session.receive(); // its Hello
    session.welcome(60_000);
  }

  private static Metainfo parsed(byte[] torrent) {
    return switch (MetainfoParser.parseWithInfoHash(torrent)) {
      case ParsedMetainfo.Valid(Metainfo valid) -> valid;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  @AfterEach
  void end() throws IOException {
    if (agent != null) {
      agent.close();
    }
    if (source != null) {
      source.close();
    }
    coordinator.close();
  }

  /** Two of three sign roots, one of one signs artifacts. */
  private Root root(long version) {
    return new Root(
        version, now + 9 * DAY_MILLIS, signers.role(2, 0, 1, 2), signers.role(1, 3), List.of());
  }

  private Manifest manifest(long createdMillis) {
    return new Manifest(
        "model", "2", metainfo.infoHash(), bytes(), createdMillis, createdMillis + DAY_MILLIS);
  }

  private long bytes() {
    return metainfo.geometry().totalBytes();
  }

  private Assignment assignment(byte[] document) {
    deployments++;
    return new Assignment(
            "d" + deployments,
            "model",
            "2",
            metainfo.infoHash().hex(),
            bytes(),
            "x",
            List.of(neighbour))
        .withSigned(SignedDocument.of(document).document());
  }

  private MachineReport ended(Assignment assignment) throws Exception {
    session.send(ControlJson.encodeMessage(new CoordinatorMessage.Assign(assignment)));
    while (true) {
      if (ControlJson.decodeAgentMessage(session.receive())
          instanceof
          Decoded.Value<AgentMessage>(AgentMessage.Reports(List<MachineReport> reports))) {
        for (MachineReport report : reports) {
          if (report.deploymentId().equals(assignment.deploymentId()) && report.phase().isFinal()) {
            return report;
          }
        }
      }
    }
  }

  /** Nothing is fetched, nothing is installed, and the reason is said. */
  private void refused(Assignment assignment, String why) throws Exception {
    MachineReport report = ended(assignment);
    assertThat(report.phase()).as(why).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).contains(why);
    assertThat(report.bytesDone()).isZero();
    try (Stream<Path> entries = Files.list(directory.resolve("root"))) {
      assertThat(entries.map(each -> each.getFileName().toString())).containsOnly(".seedfall");
    }
  }

  private void installed(Assignment assignment) throws Exception {
    MachineReport report = ended(assignment);
    assertThat(report.phase()).as(report.why()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(directory.resolve("root/x")).hasSameBinaryContentAs(directory.resolve("model.bin"));
  }

  @Test
  void nothingIsInstalledThatIsNotSignedAsItMustBe() throws Exception {
    refused(assignment(new byte[0]), "model@2 is not signed");
    refused(assignment("nonsense".getBytes(UTF_8)), "nothing");
    refused(assignment(signers.sign(manifest(now))), "0 of the 1 signatures");
    refused(assignment(signers.sign(manifest(now), 0, 1, 4)), "0 of the 1 signatures");
    refused(assignment(signers.sign(manifest(now - DAY_MILLIS), 3)), "expired at");
    refused(assignment(signers.sign(manifest(now + DAY_MILLIS), 3)), "compare the clocks");
    refused(
        assignment(
            signers.sign(
                new Manifest("other", "2", metainfo.infoHash(), bytes(), now, now + DAY_MILLIS),
                3)),
        "the signed manifest of other@2");
    refused(
        assignment(
            signers.sign(
                new Manifest("model", "1", metainfo.infoHash(), bytes(), now, now + DAY_MILLIS),
                3)),
        "the signed manifest of model@1");
    InfoHash other = InfoHash.parse("ab".repeat(32));
    refused(
        assignment(
            signers.sign(new Manifest("model", "2", other, bytes(), now, now + DAY_MILLIS), 3)),
        "is signed with info-hash " + other);
    refused(
        assignment(
            signers.sign(
                new Manifest("model", "2", metainfo.infoHash(), bytes() + 1, now, now + DAY_MILLIS),
                3)),
        "is signed with 300001 bytes");

    installed(assignment(signers.sign(manifest(now), 3)));
    MachineReport older = ended(assignment(signers.sign(manifest(now - 1), 3)));
    assertThat(older.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(older.why()).contains("was seen here");
    assertThat(directory.resolve("root/x")).hasSameBinaryContentAs(directory.resolve("model.bin"));
  }

  @Test
  void aRootIsTakenOnlyInOrderAndWithTheSignaturesItNeeds() throws Exception {
    byte[] good = signers.sign(manifest(now), 3);
    coordinator.serveRoot(2, signers.sign(root(1), 0, 1));
    refused(assignment(good), "root 1 is offered, and root 2 must come first");
    coordinator.serveRoot(2, signers.sign(root(3), 0, 1));
    refused(assignment(good), "root 3 is offered, and root 2 must come first");
    coordinator.serveRoot(2, signers.sign(root(2), 0));
    refused(assignment(good), "1 of the 2 signatures it takes (1 in all) by root keys of root 1");
    Root stolen = new Root(2, now + DAY_MILLIS, signers.role(1, 4), signers.role(1, 4), List.of());
    coordinator.serveRoot(2, signers.sign(stolen, 4));
    refused(assignment(signers.sign(manifest(now), 4)), "by root keys of root 1");
    coordinator.serveRoot(2, null);
    refused(assignment(signers.sign(manifest(now), 4)), "0 of the 1 signatures");

    // The publisher's key is replaced, in order: what the old one signed counts no more, also when
    // the coordinator denies that there ever was another root.
    Root second =
        new Root(2, now + DAY_MILLIS, signers.role(2, 0, 1, 2), signers.role(1, 4), List.of());
    coordinator.serveRoot(2, signers.sign(second, 1, 2));
    refused(assignment(good), "by keys of root 2");
    coordinator.serveRoot(2, null);
    refused(assignment(good), "by keys of root 2");
    installed(assignment(signers.sign(manifest(now), 4)));
  }
}
