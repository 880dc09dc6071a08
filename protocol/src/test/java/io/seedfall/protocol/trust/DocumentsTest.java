package io.seedfall.protocol.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.bencode.BencodeString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The bytes of manifests, roots and their envelope: one form each, and nothing else is read. */
final class DocumentsTest {
  private static final Manifest MANIFEST =
      new Manifest("model", "3", InfoHash.parse("61".repeat(32)), 5, 7, 9);
  private static final String MANIFEST_TEXT =
      "d7:createdi7e7:expiresi9e9:info-hash32:"
          + "a".repeat(32)
          + "4:name5:model4:sizei5e4:type8:manifest7:version1:3e";

  private final Signers signers = Signers.of(3);
  private final Root root =
      new Root(
          2,
          9,
          signers.role(2, 0, 1),
          signers.role(1, 2),
          List.of(new Delegation("search-*", signers.role(1, 1))));

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static String reason(Decoded<?> decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    return ((Decoded.Malformed<?>) decoded).reason();
  }

  @Test
  void everyDocumentComesBackFromItsBytes() {
    assertThat(new String(MANIFEST.encode(), US_ASCII)).isEqualTo(MANIFEST_TEXT);
    assertThat(Manifest.decode(MANIFEST.encode())).isEqualTo(new Decoded.Value<>(MANIFEST));
    assertThat(Root.decode(root.encode())).isEqualTo(new Decoded.Value<>(root));
    byte[] signed = signers.sign(root, 0, 1, 2);
    Signed read = ((Decoded.Value<Signed>) Signed.decode(signed)).value();
    assertThat(read.encode()).isEqualTo(signed);
    assertThat(read.countOf(root.root().keys(), Domain.ROOT)).isEqualTo(2);
  }

  @Test
  void anotherFormOfAManifestIsRefused() {
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("4:sizei5e", "")))))
        .contains("the keys");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("1:3e", "1:34:wild0:e")))))
        .contains("the keys");
    assertThat(
            reason(
                Manifest.decode(bytes(MANIFEST_TEXT.replace("4:sizei5e", "4:sizei5e4:sizei5e")))))
        .contains("byte");
    assertThat(
            reason(
                Manifest.decode(
                    bytes(
                        MANIFEST_TEXT.replace(
                            "7:createdi7e7:expiresi9e", "7:expiresi9e7:createdi7e")))))
        .contains("byte");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("i5e", "i05e")))))
        .contains("byte");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("i5e", "i-1e")))))
        .contains("size");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("i9e", "i7e")))))
        .contains("expires before");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("i5e", "1:5")))))
        .contains("size");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("8:manifest", "4:root")))))
        .contains("'root'");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT + "e")))).contains("too many");
    assertThat(reason(Manifest.decode(bytes(MANIFEST_TEXT.replace("5:model", "5:mo/el")))))
        .contains("letters");
    assertThat(reason(Manifest.decode(root.encode()))).contains("the keys");
  }

  @Test
  void namesAndManifestsHaveALength() {
    Manifest longest =
        new Manifest("a".repeat(128), "b".repeat(128), MANIFEST.infoHash(), Long.MAX_VALUE, 7, 9);
    assertThat(Manifest.decode(longest.encode())).isEqualTo(new Decoded.Value<>(longest));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifest("a".repeat(129), "b", MANIFEST.infoHash(), 5, 7, 9));
    String tooLong = MANIFEST_TEXT.replace("5:model", "129:" + "a".repeat(129));
    assertThat(reason(Manifest.decode(bytes(tooLong)))).contains("letters");
    String huge = MANIFEST_TEXT.replace("5:model", "1024:" + "a".repeat(1_024));
    assertThat(reason(Manifest.decode(bytes(huge)))).contains("bytes");
    String boast = MANIFEST_TEXT.replace("5:model", "999999999:model");
    assertThat(reason(Manifest.decode(bytes(boast)))).contains("byte");
  }

  @Test
  void theEnvelopeHasLimits() {
    TreeMap<Hash256, BencodeString> signatures = new TreeMap<>();
    for (int i = 0; i < Signed.SIGNATURES_MAX; i++) {
      byte[] id = new byte[Hash256.BYTES];
      id[0] = (byte) i;
      signatures.put(Hash256.of(id), BencodeString.of(new byte[TrustKey.SIGNATURE_BYTES]));
    }
    BencodeString largest = BencodeString.of(new byte[Root.BYTES_MAX]);
    byte[] full = new Signed(largest, signatures).encode();
    assertThat(full.length).isLessThanOrEqualTo(Signed.BYTES_MAX);
    assertThat(Signed.decode(full)).isInstanceOf(Decoded.Value.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Signed(BencodeString.of(new byte[Root.BYTES_MAX + 1]), signatures));
    signatures.put(Hash256.of(HexFormat.of().parseHex("ff".repeat(32))), largest);
    assertThatIllegalArgumentException().isThrownBy(() -> new Signed(largest, signatures));
    assertThat(reason(Signed.decode(new byte[Signed.BYTES_MAX + 1]))).contains("expected: <=");
  }

  @Test
  void signaturesAreAscendingAndOneOfEachKey() {
    String one = "d3:key32:" + "k".repeat(32) + "9:signature64:" + "s".repeat(64) + "e";
    String two = one.replace("k".repeat(32), "l".repeat(32));
    assertThat(Signed.decode(bytes("d10:signaturesl" + one + two + "e6:signed1:xe")))
        .isInstanceOf(Decoded.Value.class);
    assertThat(reason(Signed.decode(bytes("d10:signaturesl" + two + one + "e6:signed1:xe"))))
        .contains("ascending");
    assertThat(reason(Signed.decode(bytes("d10:signaturesl" + one + one + "e6:signed1:xe"))))
        .contains("one of each");
    assertThat(reason(Signed.decode(bytes("d10:signaturesle6:signed0:e")))).contains("signed");
    String shorter = one.replace("64:" + "s".repeat(64), "63:" + "s".repeat(63));
    assertThat(reason(Signed.decode(bytes("d10:signaturesl" + shorter + "e6:signed1:xe"))))
        .contains("signature");
  }

  @Test
  void aThresholdIsAtLeastOneAndNoMoreThanThereAreKeys() {
    assertThat(signers.role(3, 0, 1, 2).threshold()).isEqualTo(3);
    assertThatIllegalArgumentException().isThrownBy(() -> signers.role(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> signers.role(3, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> signers.role(2, 0, 0));
    String text = new String(root.encode(), StandardCharsets.ISO_8859_1);
    for (String threshold : List.of("i0e", "i3e", "i-1e", "i4294967298e")) {
      byte[] changed =
          text.replace("9:thresholdi2e", "9:threshold" + threshold)
              .getBytes(StandardCharsets.ISO_8859_1);
      assertThat(reason(Root.decode(changed))).contains("threshold");
    }
  }

  @Test
  void rolesAndDelegationsHaveLimits() {
    List<TrustKey> keys = new ArrayList<>();
    for (int i = 0; i <= Root.KEYS_MAX; i++) {
      byte[] key = new byte[TrustKey.BYTES];
      key[0] = (byte) i;
      keys.add(new TrustKey(BencodeString.of(key)));
    }
    Role most = new Role(keys.subList(0, Root.KEYS_MAX), 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Role(keys, 1));
    List<Delegation> delegations = new ArrayList<>();
    for (int i = 0; i <= Root.DELEGATIONS_MAX; i++) {
      delegations.add(new Delegation("a" + i, signers.role(1, 0)));
    }
    Root full = new Root(1, 9, most, most, delegations.subList(0, Root.DELEGATIONS_MAX));
    assertThat(Root.decode(full.encode())).isEqualTo(new Decoded.Value<>(full));
    assertThatIllegalArgumentException().isThrownBy(() -> new Root(1, 9, most, most, delegations));
    List<Delegation> wide = new ArrayList<>();
    for (int i = 0; i < Root.DELEGATIONS_MAX; i++) {
      wide.add(new Delegation("a" + i, most));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Root(1, 9, most, most, wide))
        .withMessageContaining("bytes of keys");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Root(1, 9, most, most, List.of(delegations.getFirst(), delegations.getFirst())));
    assertThatIllegalArgumentException().isThrownBy(() -> new Delegation("*", most));
    assertThatIllegalArgumentException().isThrownBy(() -> new Delegation("a*b", most));
  }

  @Test
  void aKeyIsReadFromItsTextAndNoOther() {
    TrustKey key = signers.key(0);
    assertThat(TrustKey.parse(key.toString())).isEqualTo(key);
    for (String text : List.of("", "ed25519:", "ed25519:00", key.toString() + "0", "rsa:00")) {
      assertThatIllegalArgumentException().isThrownBy(() -> TrustKey.parse(text));
    }
  }

  @Test
  void whatIsNoPointOfTheCurveVerifiesNothing() {
    TrustKey nobody =
        new TrustKey(BencodeString.of(HexFormat.of().parseHex("02" + "00".repeat(31))));
    byte[] document = MANIFEST.encode();
    BencodeString signature = signers.signature(Domain.MANIFEST, document, 0);
    assertThat(nobody.verifies(Domain.MANIFEST, document, signature)).isFalse();
    assertThat(signers.key(0).verifies(Domain.MANIFEST, document, signature)).isTrue();
    BencodeString zeros = BencodeString.of(new byte[TrustKey.SIGNATURE_BYTES]);
    assertThat(signers.key(0).verifies(Domain.MANIFEST, document, zeros)).isFalse();
  }

  /**
   * What is read has one form; what was changed is not believed, and never makes anything throw.
   */
  @Test
  void mutatedBytesAreRefusedOrMeanSomethingElse() {
    byte[] signedRoot = signers.sign(root, 0, 1);
    byte[] signedManifest = signers.sign(MANIFEST, 2);
    Artifact artifact = new Artifact("model", "3", MANIFEST.infoHash(), 5);
    assertThat(Judge.anchor(signedRoot)).isInstanceOf(Verdict.Accepted.class);
    assertThat(Judge.judge(root, signedManifest, artifact, null, 8))
        .isInstanceOf(Verdict.Accepted.class);
    Seeds.check(
        1_000,
        random -> {
          byte[] changed = mutated(signedManifest, random);
          if (Judge.judge(root, changed, artifact, null, 8) instanceof Verdict.Accepted) {
            assertThat(changed).isEqualTo(signedManifest);
          }
          byte[] changedRoot = mutated(signedRoot, random);
          if (Judge.anchor(changedRoot) instanceof Verdict.Accepted) {
            assertThat(changedRoot).isEqualTo(signedRoot);
          }
          oneForm(mutated(root.encode(), random));
          oneForm(mutated(MANIFEST.encode(), random));
          oneForm(changed);
        });
  }

  private static void oneForm(byte[] bytes) {
    if (Root.decode(bytes) instanceof Decoded.Value<Root>(Root value)) {
      assertThat(value.encode()).isEqualTo(bytes);
    }
    if (Manifest.decode(bytes) instanceof Decoded.Value<Manifest>(Manifest value)) {
      assertThat(value.encode()).isEqualTo(bytes);
    }
    if (Signed.decode(bytes) instanceof Decoded.Value<Signed>(Signed value)) {
      assertThat(value.encode()).isEqualTo(bytes);
    }
  }

  private static byte[] mutated(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) "0123456789ilde:-".charAt(random.nextInt(16));
      case 2 -> changed = Arrays.copyOf(bytes, at);
      case 3 -> {
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(bytes.length - Math.max(at, from));
        System.arraycopy(bytes, from, changed, at, length);
      }
      default -> {
        changed = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, changed, at + 1, bytes.length - at);
        changed[at] = (byte) random.nextInt(256);
      }
    }
    return changed;
  }
}
