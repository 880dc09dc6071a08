package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.plain;
import static io.seedfall.agent.AgentBench.staged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.seedfall.control.Assignment;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent with trust roots, from assignment to installed content; its clock is ours. */
final class SignedDeploymentTest {
  private static final long NOW = 1_800_000_000_000L;

  private final Signers signers = Signers.of(2);
  private final AtomicLong nowMillis = new AtomicLong(NOW);
  @TempDir private Path temporary;
  private AgentBench bench;
  private Path anchor;

  @BeforeEach
  void begin() throws Exception {
    Root root = new Root(1, NOW + 10_000, signers.role(1, 0), signers.role(1, 1), List.of());
    anchor = Files.write(temporary.resolve("1.root"), signers.sign(root, 0));
    bench = new AgentBench(temporary);
  }

  @AfterEach
  void end() {
    bench.close();
  }

  private void start() throws Exception {
    bench.start(
        bench.settings().withTrust(anchor), new Surroundings(nowMillis::get, DiskSpace::of));
  }

  /** That text as a version of the artifact, signed at that time for a second. */
  private Assignment signed(String id, String version, String text, long created) throws Exception {
    Metainfo metainfo = bench.publishedText(text);
    long bytes = metainfo.geometry().totalBytes();
    Manifest manifest =
        new Manifest("model", version, metainfo.infoHash(), bytes, created, created + 1_000);
    return new Assignment(
            id,
            "model",
            version,
            metainfo.infoHash().hex(),
            bytes,
            "x",
            List.of(bench.sourceOfText(metainfo)))
        .withSigned(SignedDocument.of(signers.sign(manifest, 1)).document());
  }

  private void refused(Assignment assignment, String why) throws Exception {
    bench.assign(assignment);
    MachineReport report = bench.ended(assignment.deploymentId());
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).contains(why);
    assertThat(bench.saidAgain(assignment).phase())
        .as("said again, it is not tried again")
        .isEqualTo(MachinePhase.FAILED);
  }

  private void installed(Assignment assignment, String text) throws Exception {
    bench.assign(assignment);
    MachineReport report = bench.ended(assignment.deploymentId());
    assertThat(report.phase()).as(report.why()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasContent(text);
  }

  @Test
  void whatIsSignedIsInstalledAndWhatIsOlderIsNotUnlessItIsSignedAnew() throws Exception {
    start();
    refused(signed("d0", "1", "one", NOW).withSigned(""), "model@1 is not signed");
    assertThat(bench.saidAgain(signed("d0", "1", "one", NOW)).bytesDone())
        .as("not one byte was fetched")
        .isZero();
    assertThat(bench.root.resolve("x")).doesNotExist();
    installed(signed("d1", "1", "one", NOW), "one");
    installed(signed("d2", "2", "two", NOW + 1), "two");
    refused(signed("d3", "1", "one", NOW), "was seen here");
    bench.stop();
    start();
    refused(signed("d4", "1", "one", NOW), "was seen here");
    assertThat(bench.root.resolve("x")).hasContent("two");
    installed(signed("d5", "1", "one", NOW + 2), "one");
  }

  @Test
  void whatExpiredWhileItWasStagedIsNotPutInPlace() throws Exception {
    start();
    installed(signed("d1", "1", "one", NOW), "one");
    bench.assign(staged(signed("d2", "2", "two", NOW + 1)));
    bench.reaches("d2", MachinePhase.STAGED);
    nowMillis.set(NOW + 1_001);
    bench.say(new CoordinatorMessage.Activate("d2"));
    MachineReport report = bench.ended("d2");
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).contains("the signed manifest of model@2 expired at");
    assertThat(bench.root.resolve("x")).hasContent("one");
    assertThat(bench.prepared()).isEmpty();
    nowMillis.set(NOW + 2_000);
    installed(signed("d3", "2", "two", NOW + 2_000), "two");
  }

  @Test
  void whatIsStagedInTimeIsPutInPlace() throws Exception {
    start();
    bench.assign(staged(signed("d1", "1", "one", NOW)));
    bench.reaches("d1", MachinePhase.STAGED);
    nowMillis.set(NOW + 999);
    bench.say(new CoordinatorMessage.Activate("d1"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
  }

  @Test
  void whatRunsGoesOnWhenTheRootHasExpired() throws Exception {
    start();
    installed(signed("d1", "1", "one", NOW), "one");
    nowMillis.set(NOW + 10_000);
    refused(signed("d2", "2", "two", NOW + 9_999), "root 1 expired at");
    assertThat(bench.root.resolve("x")).hasContent("one");
    bench.stop();
    start();
    assertThat(bench.hello().holdings()).as("it is seeded").hasSize(1);
    assertThat(bench.hello().installed()).containsOnlyKeys("x");
    Root second = new Root(2, NOW + 99_000, signers.role(1, 0), signers.role(1, 1), List.of());
    bench.serveRoot(2, signers.sign(second, 0));
    installed(signed("d3", "2", "two", NOW + 9_999), "two");
  }

  @Test
  void whatWasInstalledBeforeThereWereRootsCountsAsSeen() throws Exception {
    bench.start(bench.settings(), new Surroundings(nowMillis::get, DiskSpace::of));
    installed(signed("d1", "2", "two", NOW).withSigned(""), "two");
    bench.stop();
    start();
    refused(signed("d2", "1", "one", NOW - 1), "and 2 of");
    installed(signed("d3", "3", "three", NOW + 1), "three");
    bench.stop();
    assertThatIOException()
        .isThrownBy(() -> Agent.start(bench.settings()).close())
        .withMessageContaining("signed artifacts only");
  }

  @Test
  void theSizeThatTheCoordinatorSaysMustBeRight() throws Exception {
    start();
    Metainfo metainfo = bench.publishedText("one");
    refused(plain("d1", metainfo, "x"), "the coordinator says 1 bytes, and the metainfo says 3");
  }
}
