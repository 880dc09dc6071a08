package io.seedfall.protocol.trust;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeString;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * A public key of Ed25519 (RFC 8032).
 *
 * @param bytes the 32 bytes of it
 */
public record TrustKey(BencodeString bytes) implements Comparable<TrustKey> {
  /** Bytes of a public key. */
  public static final int BYTES = 32;

  /** Bytes of a signature. */
  public static final int SIGNATURE_BYTES = 64;

  private static final String ALGORITHM = "Ed25519";
  private static final String TEXT_PREFIX = "ed25519:";

  /** What stands before the key in its X.509 form (RFC 8410). */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /** Checks the length. */
  public TrustKey {
    if (bytes.length() != BYTES) {
      throw new IllegalArgumentException(
          "key: " + bytes.length() + " bytes (expected: " + BYTES + ")");
    }
  }

  /** The key of a key pair. */
  public static TrustKey of(PublicKey key) {
    byte[] encoded = key.getEncoded();
    if (!key.getAlgorithm().equals("EdDSA")
        || encoded.length != X509_PREFIX.length + BYTES
        || !HexFormat.of()
            .formatHex(encoded, 0, X509_PREFIX.length)
            .equals(HexFormat.of().formatHex(X509_PREFIX))) {
      throw new IllegalArgumentException("key: " + key.getAlgorithm() + " (expected: Ed25519)");
    }
    return new TrustKey(BencodeString.of(encoded, X509_PREFIX.length, BYTES));
  }

  /** Parses {@code ed25519:} and 64 hexadecimal digits. */
  public static TrustKey parse(String text) {
    String hex = text.startsWith(TEXT_PREFIX) ? text.substring(TEXT_PREFIX.length()) : "";
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "key: '%s' (expected: %s and 64 hexadecimal digits)"
              .formatted(text.length() <= 100 ? text : text.substring(0, 100), TEXT_PREFIX));
    }
    return new TrustKey(BencodeString.of(HexFormat.of().parseHex(hex)));
  }

  /** What people call it by: the SHA-256 of its bytes. */
  public Hash256 id() {
    try {
      return Hash256.of(MessageDigest.getInstance("SHA-256").digest(bytes.toBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The start of an id, for messages. */
  static String brief(Hash256 id) {
    return id.hex().substring(0, 16);
  }

  /** Signs a document; the same key and document give the same signature. */
  public static BencodeString sign(PrivateKey key, Domain domain, byte[] document) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(domain.message(document));
      return BencodeString.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this key cannot sign: " + e.getMessage(), e);
    }
  }

  /** Whether that is this key's signature of the document. */
  public boolean verifies(Domain domain, byte[] document, BencodeString signature) {
    byte[] encoded = new byte[X509_PREFIX.length + BYTES];
    System.arraycopy(X509_PREFIX, 0, encoded, 0, X509_PREFIX.length);
    System.arraycopy(bytes.toBytes(), 0, encoded, X509_PREFIX.length, BYTES);
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
      verifier.update(domain.message(document));
      return verifier.verify(signature.toBytes());
    } catch (SignatureException e) {
      return false; // its bytes are no signature at all
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    } catch (GeneralSecurityException e) {
      return false; // these 32 bytes are no point of the curve: nobody has such a key
    }
  }

  @Override
  public int compareTo(TrustKey other) {
    return bytes.compareTo(other.bytes);
  }

  @Override
  public String toString() {
    return TEXT_PREFIX + HexFormat.of().formatHex(bytes.toBytes());
  }
}
