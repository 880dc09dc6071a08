package io.seedfall.protocol.trust;

import io.seedfall.protocol.bencode.BencodeString;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;

/** Key pairs of tests, by number, and what is signed with them. */
public final class Signers {
  private final List<KeyPair> pairs = new ArrayList<>();

  private Signers() {}

  /** That many of them. */
  public static Signers of(int count) {
    Signers signers = new Signers();
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      for (int i = 0; i < count; i++) {
        signers.pairs.add(generator.generateKeyPair());
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    return signers;
  }

  /** The public key of one. */
  public TrustKey key(int number) {
    return TrustKey.of(pairs.get(number).getPublic());
  }

  /** So many of these must sign. */
  public Role role(int threshold, int... numbers) {
    List<TrustKey> keys = new ArrayList<>();
    for (int number : numbers) {
      keys.add(key(number));
    }
    return new Role(keys, threshold);
  }

  /** That root, signed by these. */
  public byte[] sign(Root root, int... numbers) {
    return sign(Domain.ROOT, root.encode(), numbers);
  }

  /** That manifest, signed by these. */
  public byte[] sign(Manifest manifest, int... numbers) {
    return sign(Domain.MANIFEST, manifest.encode(), numbers);
  }

  /** Any bytes, signed by these. */
  public byte[] sign(Domain domain, byte[] document, int... numbers) {
    Signed signed = Signed.unsigned(document);
    for (int number : numbers) {
      signed = signed.signedBy(key(number), pairs.get(number).getPrivate(), domain);
    }
    return signed.encode();
  }

  /** The signature of one. */
  BencodeString signature(Domain domain, byte[] document, int number) {
    return TrustKey.sign(pairs.get(number).getPrivate(), domain, document);
  }
}
