package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.CertificateView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.PassRequest;
import io.seedfall.control.PassesView;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.Role;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.Pass;
import io.seedfall.control.identity.PeerName;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which pass, and which certificate to seed with. */
final class PassesTest {
  private static final String OTHER = "ab".repeat(32);

  @TempDir private Path state;
  private SecureRig rig;
  private String infoHash;

  @BeforeEach
  void start() throws IOException, ControlException {
    rig = new SecureRig(state);
    Metainfo metainfo = Rig.torrent("all of it");
    infoHash = metainfo.infoHash().hex();
    rig.admin.putMetainfo(infoHash, metainfo.toTorrentBytes());
    rig.admin.registerArtifact(new ArtifactRequest("model", "v1", infoHash));
    FakeAgent source = rig.session(rig.user(rig.newUser("source", Role.PUBLISHER, "all")));
    source.hello("publisher-source-1", "PUBLISHER", "", "127.0.0.1:7002", "'" + infoHash + "'");
    assertThat(source.hears()).startsWith("{'type':'welcome'");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private SeedfallClient member(String name, String role) throws ControlException {
    return rig.client(rig.agent(rig.join(name, Map.of("role", role))));
  }

  private void connect(String name, String role, KeyBundle bundle) {
    FakeAgent session = rig.session(rig.agent(bundle));
    session.hello(name, "AGENT", "'role':'" + role + "'", "127.0.0.1:7001", "");
    assertThat(session.hears()).startsWith("{'type':'welcome'");
  }

  private Pass read(String text) throws IOException {
    KeyBundle authority = KeyBundle.read(rig.directory().resolve("authority.pem"));
    Pass pass = Pass.read(text, authority.certificate().getPublicKey());
    return Objects.requireNonNull(pass);
  }

  private Pass pass(SeedfallClient client, String hash) throws Exception {
    PassesView given = client.passes(new PassRequest(List.of(hash)));
    Pass pass = read(given.passes().getFirst());
    assertThat(pass.infoHash()).isEqualTo(hash);
    assertThat(pass.untilMillis())
        .isEqualTo(given.untilMillis())
        .isLessThanOrEqualTo(System.currentTimeMillis() + Passes.PASS_MILLIS);
    return pass;
  }

  @Test
  void whoeverWasAssignedAContentMayFetchItAndTheOthersMayNot() throws Exception {
    KeyBundle assigned = rig.join("a1", Map.of("role", "search"));
    connect("a1", "search", assigned);
    SeedfallClient a1 = rig.client(rig.agent(assigned));
    SeedfallClient a2 = member("a2", "other");
    assertThat(pass(a1, infoHash).right()).as("not yet").isEqualTo(Pass.Right.SEND);
    String id = rig.admin.deploy(new DeploymentRequest("model", "role=search", "m")).id();
    assertThat(pass(a1, infoHash).right()).isEqualTo(Pass.Right.EXCHANGE);
    assertThat(pass(a1, infoHash).bearer()).isEqualTo("seedfall:agent:a1");
    assertThat(pass(a1, OTHER).right()).as("another content").isEqualTo(Pass.Right.SEND);
    assertThat(pass(a2, infoHash).right()).isEqualTo(Pass.Right.SEND);
    assertThat(pass(a2, infoHash).bearer()).isEqualTo("seedfall:agent:a2");
    rig.admin.cancel(id);
    assertThat(pass(a1, infoHash).right()).as("cancelled").isEqualTo(Pass.Right.SEND);
  }

  @Test
  void passesAreGivenInTheOrderInWhichTheyWereAskedFor() throws Exception {
    PassesView given =
        member("a1", "x").passes(new PassRequest(List.of(OTHER, infoHash, "0c".repeat(32))));
    assertThat(given.passes()).hasSize(3);
    assertThat(read(given.passes().get(0)).infoHash()).isEqualTo(OTHER);
    assertThat(read(given.passes().get(1)).infoHash()).isEqualTo(infoHash);
  }

  @Test
  void soManyAreAskedForAtOnceAndNoMore() throws Exception {
    SeedfallClient member = member("a1", "x");
    assertMalformed(member, List.of());
    assertMalformed(member, List.of("ab"));
    assertMalformed(member, Collections.nCopies(ControlApi.PASSES_MAX + 1, OTHER));
    List<String> most = Collections.nCopies(ControlApi.PASSES_MAX, OTHER);
    assertThat(member.passes(new PassRequest(most)).passes()).hasSize(ControlApi.PASSES_MAX);
  }

  private static void assertMalformed(SeedfallClient member, List<String> asked) {
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> member.passes(new PassRequest(asked)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(Problem.MALFORMED));
  }

  @Test
  void whoeverIsRevokedGetsNoneAnyMore() throws Exception {
    SeedfallClient member = member("a1", "x");
    pass(member, infoHash);
    rig.admin.revokeAgent("a1");
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> pass(member, infoHash))
        .satisfies(e -> assertThat(e.code()).isEqualTo(Problem.UNAUTHENTICATED));
  }

  @Test
  void aUserWhoPublishesSeedsUnderHisNameAndIsSentNothing() throws Exception {
    SeedfallClient publisher = rig.client(rig.user(rig.newUser("ci", Role.PUBLISHER, "all")));
    Pass pass = pass(publisher, infoHash);
    assertThat(pass.bearer()).isEqualTo("seedfall:publisher:ci");
    assertThat(pass.right()).isEqualTo(Pass.Right.SEND);
    assertThat(pass.untilMillis())
        .as("no longer than his token")
        .isLessThanOrEqualTo(System.currentTimeMillis() + SecureRig.HOUR_MILLIS);

    KeyPair keys = KeyBundle.newKeys();
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    CertificateView given =
        publisher.publisherCertificate(
            new RenewRequest(publicKey, SecureRig.proof(keys, publicKey)));
    KeyBundle bundle = SecureRig.bundle(given, keys);
    assertThat(PeerName.of(bundle.certificate())).isEqualTo(new PeerName.Publisher("ci"));
    assertThat(bundle.certificate().getNotAfter().toInstant().toEpochMilli())
        .isLessThanOrEqualTo(System.currentTimeMillis() + SecureRig.HOUR_MILLIS);
    assertThatExceptionOfType(ControlException.class)
        .as("it is not good for the coordinator")
        .isThrownBy(() -> rig.client(rig.agent(bundle)).agents());
    assertThatExceptionOfType(ControlException.class)
        .as("the key of another")
        .isThrownBy(() ->
            publisher.publisherCertificate(
                new RenewRequest(publicKey, SecureRig.proof(KeyBundle.newKeys(), publicKey))));
  }
}
