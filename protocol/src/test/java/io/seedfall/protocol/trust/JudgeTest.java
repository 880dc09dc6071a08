package io.seedfall.protocol.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.bencode.BencodeString;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JudgeTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long LATER = NOW + 1_000_000;
  private static final InfoHash HASH = InfoHash.parse("ab".repeat(32));
  private static final InfoHash OTHER_HASH = InfoHash.parse("cd".repeat(32));
  private static final Artifact ARTIFACT = new Artifact("model", "3", HASH, 5);

  private final Signers signers = Signers.of(6);
  private final Root root =
      new Root(
          1,
          LATER,
          signers.role(2, 0, 1, 2),
          signers.role(1, 3),
          List.of(
              new Delegation("search-*", signers.role(2, 4, 5)),
              new Delegation("search-index", signers.role(1, 3))));

  private static Manifest manifest(long created, long expires) {
    return new Manifest("model", "3", HASH, 5, created, expires);
  }

  private static final Manifest GOOD = manifest(NOW, LATER);

  private Verdict<Manifest> judge(byte[] document, @Nullable Seen seen) {
    return Judge.judge(root, document, ARTIFACT, seen, NOW);
  }

  private static void accepted(Verdict<?> verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
  }

  private static void refused(Verdict<?> verdict, Refusal refusal, String words) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(refusal);
              assertThat(refused.why()).contains(words).doesNotContain("\n");
            });
  }

  /* --------------- Artifacts --------------- */

  @Test
  void whatEnoughHaveSignedIsBelieved() {
    assertThat(judge(signers.sign(GOOD, 3), null)).isEqualTo(new Verdict.Accepted<>(GOOD));
    accepted(judge(signers.sign(GOOD, 3, 5), null)); // whoever else signed it does not matter
  }

  @Test
  void whatNobodySignedIsRefused() {
    refused(judge(new byte[0], null), Refusal.UNSIGNED, "model@3 is not signed");
    refused(judge(signers.sign(GOOD), null), Refusal.TOO_FEW_SIGNATURES, "0 of the 1 signatures");
  }

  @Test
  void signaturesByKeysOfNoRoleDoNotCount() {
    refused(judge(signers.sign(GOOD, 0, 1, 2), null), Refusal.TOO_FEW_SIGNATURES, "(3 in all)");
  }

  @Test
  void aSignatureOfAnotherDocumentOrDomainDoesNotCount() {
    byte[] bytes = GOOD.encode();
    byte[] asRoot = signers.sign(Domain.ROOT, bytes, 3);
    refused(judge(asRoot, null), Refusal.TOO_FEW_SIGNATURES, "0 of the 1");
    byte[] other = manifest(NOW + 1, LATER).encode();
    var mixed = new TreeMap<Hash256, BencodeString>();
    mixed.put(signers.key(3).id(), signers.signature(Domain.MANIFEST, other, 3));
    byte[] swapped = new Signed(BencodeString.of(bytes), mixed).encode();
    refused(judge(swapped, null), Refusal.TOO_FEW_SIGNATURES, "0 of the 1");
  }

  @Test
  void theFirstDelegationThatCoversANameDecidesAlone() {
    Artifact index = new Artifact("search-index", "3", HASH, 5);
    Manifest manifest = new Manifest("search-index", "3", HASH, 5, NOW, LATER);
    refused(
        Judge.judge(root, signers.sign(manifest, 3), index, null, NOW),
        Refusal.TOO_FEW_SIGNATURES,
        "0 of the 2");
    refused(
        Judge.judge(root, signers.sign(manifest, 4), index, null, NOW),
        Refusal.TOO_FEW_SIGNATURES,
        "1 of the 2");
    accepted(Judge.judge(root, signers.sign(manifest, 4, 5), index, null, NOW));
    Root exact =
        new Root(
            1, LATER, root.root(), root.artifacts(), List.of(new Delegation("model", root.root())));
    assertThat(exact.roleOf("model")).isEqualTo(root.root());
    assertThat(exact.roleOf("model2")).isEqualTo(root.artifacts());
  }

  @Test
  void bytesThatMeanNothingAreRefused() {
    refused(judge("nonsense".getBytes(UTF_8), null), Refusal.MALFORMED, "means nothing");
    byte[] signedNonsense = signers.sign(Domain.MANIFEST, "nonsense".getBytes(UTF_8), 3);
    refused(judge(signedNonsense, null), Refusal.MALFORMED, "means nothing");
  }

  @Test
  void whatIsSignedForAnotherNameOrVersionIsRefused() {
    Manifest other = new Manifest("model2", "3", HASH, 5, NOW, LATER);
    refused(judge(signers.sign(other, 3), null), Refusal.RENAMED, "manifest of model2@3");
    Manifest version = new Manifest("model", "2", HASH, 5, NOW, LATER);
    refused(judge(signers.sign(version, 3), null), Refusal.RENAMED, "manifest of model@2");
  }

  @Test
  void whatIsSignedWithOtherBytesIsRefused() {
    Manifest other = new Manifest("model", "3", OTHER_HASH, 5, NOW, LATER);
    refused(judge(signers.sign(other, 3), null), Refusal.OTHER_CONTENT, OTHER_HASH.hex());
    Manifest size = new Manifest("model", "3", HASH, 6, NOW, LATER);
    refused(judge(signers.sign(size, 3), null), Refusal.OTHER_SIZE, "6 bytes, and this has 5");
  }

  @Test
  void aManifestCountsUntilItExpires() {
    accepted(judge(signers.sign(manifest(NOW - 9, NOW + 1), 3), null));
    refused(
        judge(signers.sign(manifest(NOW - 9, NOW), 3), null),
        Refusal.EXPIRED,
        "sign model@3 --renew");
  }

  @Test
  void theClockOfWhoSignsMayBeAheadALittle() {
    long ahead = NOW + Judge.AHEAD_MILLIS_MAX;
    accepted(judge(signers.sign(manifest(ahead, LATER), 3), null));
    refused(
        judge(signers.sign(manifest(ahead + 1, LATER), 3), null),
        Refusal.FROM_THE_FUTURE,
        "compare the clocks");
  }

  @Test
  void whatIsOlderThanWhatWasSeenIsRefused() {
    byte[] document = signers.sign(GOOD, 3);
    accepted(judge(document, new Seen(NOW - 1, "9", OTHER_HASH, true)));
    accepted(judge(document, new Seen(NOW, "3", HASH, true)));
    refused(
        judge(document, new Seen(NOW, "9", OTHER_HASH, true)), Refusal.OLDER, "9 of 2027-01-15T");
    refused(judge(document, new Seen(NOW, "3", OTHER_HASH, true)), Refusal.OLDER, "model@3");
    refused(judge(document, new Seen(NOW, "9", HASH, true)), Refusal.OLDER, "model@3");
    refused(judge(document, new Seen(NOW + 1, "3", HASH, true)), Refusal.OLDER, "--renew");
  }

  @Test
  void ofContentFromBeforeOnlyItsOwnManifestMayBeOlder() {
    byte[] document = signers.sign(GOOD, 3);
    accepted(judge(document, new Seen(NOW + 1, "3", HASH, false)));
    refused(judge(document, new Seen(NOW + 1, "3", OTHER_HASH, false)), Refusal.OLDER, "model@3");
    refused(judge(document, new Seen(NOW + 1, "2", HASH, false)), Refusal.OLDER, "model@3");
  }

  @Test
  void nothingIsInstalledByARootThatHasExpired() {
    byte[] document = signers.sign(manifest(NOW, LATER + 99), 3);
    accepted(Judge.judge(root, document, ARTIFACT, null, LATER - 1));
    refused(
        Judge.judge(root, document, ARTIFACT, null, LATER),
        Refusal.ROOT_EXPIRED,
        "nothing new is installed");
  }

  /* --------------- Roots --------------- */

  private Root second(long version) {
    return new Root(version, LATER, signers.role(2, 2, 3), signers.role(1, 4), List.of());
  }

  @Test
  void aRootThatWasGivenMustBeSignedByEnoughOfItsOwnKeys() {
    accepted(Judge.anchor(signers.sign(root, 0, 2)));
    refused(Judge.anchor(signers.sign(root, 0)), Refusal.TOO_FEW_SIGNATURES, "1 of the 2");
    refused(Judge.anchor(signers.sign(root, 0, 3)), Refusal.TOO_FEW_SIGNATURES, "1 of the 2");
    refused(Judge.anchor(signers.sign(GOOD, 3)), Refusal.MALFORMED, "no root");
    refused(Judge.anchor(new byte[0]), Refusal.MALFORMED, "no root");
  }

  @Test
  void theNextRootIsSignedByTheOldKeysAndByTheNewOnes() {
    accepted(Judge.next(root, signers.sign(second(2), 0, 2, 3)));
    refused(
        Judge.next(root, signers.sign(second(2), 2, 3)),
        Refusal.TOO_FEW_SIGNATURES,
        "by root keys of root 1");
    refused(
        Judge.next(root, signers.sign(second(2), 0, 2)),
        Refusal.TOO_FEW_SIGNATURES,
        "by root keys of root 2");
  }

  @Test
  void rootsAreTakenInOrder() {
    for (long version : new long[] {1, 3, Long.MAX_VALUE}) {
      refused(
          Judge.next(root, signers.sign(second(version), 0, 2, 3)),
          Refusal.ROOT_OUT_OF_ORDER,
          "root 2 must come first");
    }
  }

  @Test
  void anExpiredRootIsAStepToTheNextOne() {
    Root expired = new Root(2, 0, signers.role(1, 0), signers.role(1, 3), List.of());
    accepted(Judge.next(root, signers.sign(expired, 0, 1)));
    Root third = new Root(3, LATER, signers.role(1, 5), signers.role(1, 3), List.of());
    accepted(Judge.next(expired, signers.sign(third, 0, 5)));
  }
}
