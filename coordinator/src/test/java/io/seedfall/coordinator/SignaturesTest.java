package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.Names;
import io.seedfall.control.Problem;
import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.trust.Domain;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signed;
import io.seedfall.protocol.trust.Signers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is signed is stored, merged, told to machines; roots follow one another. */
@ParameterizedClass
@EnumSource(Databases.class)
final class SignaturesTest {
  private static final ArtifactReference MODEL = new ArtifactReference("model", "1");
  private static final int SIZE = "weights".length();

  private final Databases databases;
  private final Signers signers = Signers.of(5);
  @TempDir private Path state;
  private Rig rig;
  private InfoHash hash;

  SignaturesTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void begin() throws IOException, ControlException {
    rig = new Rig(databases.empty(state), Limits.DEFAULTS);
    hash = InfoHash.parse(rig.artifact("model", "1", "weights"));
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private Manifest manifest(long created) {
    return new Manifest("model", "1", hash, SIZE, created, Long.MAX_VALUE);
  }

  private Root root(long version, int rootKey, int... artifactKeys) {
    return new Root(
        version,
        Long.MAX_VALUE,
        signers.role(1, rootKey),
        signers.role(1, artifactKeys),
        List.of());
  }

  private static void refused(String code, String words, ThrowingCallable call) {
    ControlException refused = catchThrowableOfType(ControlException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.why()).contains(words);
  }

  @Test
  void signaturesComeOneAfterTheOther() throws ControlException {
    refused(Problem.NOT_SIGNED, "model@1", () -> rig.client.signed(MODEL));
    rig.client.addSigned(MODEL, signers.sign(manifest(1), 0));
    byte[] both = signers.sign(manifest(1), 0, 1);
    assertThat(rig.client.addSigned(MODEL, signers.sign(manifest(1), 1))).isEqualTo(both);
    assertThat(rig.client.addSigned(MODEL, signers.sign(manifest(1), 0))).isEqualTo(both);
    assertThat(rig.client.signed(MODEL)).isEqualTo(both);
  }

  @Test
  void aManifestThatWasCreatedLaterTakesThePlaceOfAnother() throws ControlException {
    rig.client.addSigned(MODEL, signers.sign(manifest(5), 0));
    refused(
        Problem.BAD_SIGNATURE,
        "created later",
        () -> rig.client.addSigned(MODEL, signers.sign(manifest(4), 1)));
    byte[] later = signers.sign(manifest(6), 1);
    assertThat(rig.client.addSigned(MODEL, later)).isEqualTo(later);
  }

  @Test
  void whatIsOfSomethingElseIsRefused() {
    refused(
        Problem.UNKNOWN_ARTIFACT,
        "model@2",
        () ->
            rig.client.addSigned(
                new ArtifactReference("model", "2"), signers.sign(manifest(1), 0)));
    for (Manifest other :
        List.of(
            new Manifest("other", "1", hash, SIZE, 1, 2),
            new Manifest("model", "2", hash, SIZE, 1, 2),
            new Manifest("model", "1", InfoHash.parse("00".repeat(32)), SIZE, 1, 2),
            new Manifest("model", "1", hash, SIZE + 1, 1, 2))) {
      refused(
          Problem.BAD_SIGNATURE,
          "not that of model@1",
          () -> rig.client.addSigned(MODEL, signers.sign(other, 0)));
    }
    refused(Problem.BAD_SIGNATURE, "no signed", () -> rig.client.addSigned(MODEL, new byte[] {1}));
    refused(
        Problem.BAD_SIGNATURE,
        "no manifest",
        () -> rig.client.addSigned(MODEL, signers.sign(Domain.MANIFEST, new byte[] {1}, 0)));
    refused(
        Problem.BAD_SIGNATURE,
        "not signed by keys",
        () -> rig.client.addSigned(MODEL, signers.sign(manifest(1))));
  }

  @Test
  void whereThereIsARootOnlyItsKeysMaySign() throws ControlException {
    rig.client.addRoot(signers.sign(root(1, 0, 1), 0));
    refused(
        Problem.BAD_SIGNATURE,
        "not signed by keys",
        () -> rig.client.addSigned(MODEL, signers.sign(manifest(1), 1, 2)));
    rig.client.addSigned(MODEL, signers.sign(manifest(1), 1));
  }

  @Test
  void machinesAreToldWhatIsSigned() throws ControlException {
    byte[] document = signers.sign(manifest(1), 0);
    rig.client.addSigned(MODEL, document);
    try (FakeAgent _ = FakeAgent.publisher(rig.address(), "p", hash.hex());
        FakeAgent machine = rig.machine("a1")) {
      rig.client.deploy(new DeploymentRequest("model", "all", "models/current"));
      assertThat(machine.hears())
          .contains("'signed':'" + SignedDocument.of(document).document() + "'");
    }
  }

  @Test
  void rootsFollowOneAnother() throws ControlException {
    refused(Problem.UNKNOWN_ROOT, "no such root", () -> rig.client.newestRoot());
    refused(
        Problem.BAD_SIGNATURE,
        "0 of the 1",
        () -> rig.client.addRoot(signers.sign(root(1, 0, 1), 2)));
    byte[] first = signers.sign(root(1, 0, 1), 0);
    byte[] second = signers.sign(root(2, 2, 1), 0, 2);
    rig.client.addRoot(first);
    rig.client.addRoot(first);
    refused(
        Problem.BAD_SIGNATURE,
        "root 2 must come first",
        () -> rig.client.addRoot(signers.sign(root(3, 0, 1), 0)));
    refused(
        Problem.BAD_SIGNATURE,
        "root keys of root 1",
        () -> rig.client.addRoot(signers.sign(root(2, 2, 1), 2)));
    rig.client.addRoot(second);
    assertThat(rig.client.root(1)).isEqualTo(first);
    assertThat(rig.client.root(2)).isEqualTo(second);
    assertThat(rig.client.newestRoot()).isEqualTo(second);
    refused(Problem.UNKNOWN_ROOT, "no such root", () -> rig.client.root(3));
    refused(Problem.MALFORMED, "from 1 on", () -> rig.client.root(0));
    refused(Problem.BAD_SIGNATURE, "must come first", () -> rig.client.addRoot(first));
  }

  @Test
  void whatTwoModulesSayOfTheSameLimitIsTheSame() {
    assertThat(SignedDocument.BYTES_MAX).isEqualTo(Signed.BYTES_MAX);
    assertThat(Names.NAME_CHARS_MAX).isEqualTo(Manifest.NAME_CHARS_MAX);
  }

  @Test
  void aDocumentHasASize() {
    refused(
        Problem.BAD_SIGNATURE,
        "no root",
        () -> rig.client.addRoot(new byte[SignedDocument.BYTES_MAX]));
    refused(
        Problem.MALFORMED,
        "characters",
        () -> rig.client.addRoot(new byte[SignedDocument.BYTES_MAX + 3]));
  }
}
