package io.seedfall.control.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;

/**
 * A key, the certificate for it, and the authority that signed that; the authority's own bundle
 * names itself.
 *
 * @param key never shown, and written to private files only
 * @param certificate of that key
 * @param authority of the cluster
 */
public record KeyBundle(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
  static final String KEY_ALGORITHM = "EC";
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";

  /** Checks that they belong together. */
  public KeyBundle {
    byte[] sample = Arrays.copyOf(certificate.getSignature(), 32);
    try {
      certificate.verify(authority.getPublicKey());
      if (!verify(certificate.getPublicKey(), sample, sign(key, sample))) {
        throw new IllegalArgumentException("the key is not that of the certificate");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key, certificate and authority do not fit", e);
    }
  }

  /** A new key on the curve P-256, which TLS 1.3 takes everywhere. */
  public static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(KEY_ALGORITHM);
      generator.initialize(new ECGenParameterSpec(CURVE), new SecureRandom());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CURVE, e);
    }
  }

  /** Whether that is a public key on the one curve that is taken. */
  public static boolean isTaken(PublicKey key) {
    return key instanceof ECPublicKey ec
        && ec.getParams().getOrder().bitLength() == 256
        && String.valueOf(ec.getParams()).startsWith(CURVE);
  }

  /** Signs, to show that one has the key. */
  public static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(SIGNATURE);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  /** Whether whoever signed has the key to this one; false for bytes that are no signature. */
  public static boolean verify(PublicKey key, byte[] message, byte[] proof) {
    try {
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(proof);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /**
   * Reads one.
   *
   * @throws IOException in one line: missing, open to others, damaged
   */
  public static KeyBundle read(Path file) throws IOException {
    try {
      return parse(new String(PrivateFiles.read(file), US_ASCII));
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads one from the text of a file.
   *
   * @throws IOException in one line, which repeats nothing of it
   */
  public static KeyBundle parse(String text) throws IOException {
    try {
      List<X509Certificate> chain = Pem.certificates(text);
      if (chain.isEmpty() || chain.size() > 2) {
        throw new GeneralSecurityException(chain.size() + " certificates");
      }
      return new KeyBundle(Pem.privateKey(text), chain.getFirst(), chain.getLast());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("damaged: no key with its certificates", e);
    }
  }

  /** Writes it, durably and in one step. */
  public void write(Path file) throws IOException {
    PrivateFiles.write(file, text().getBytes(US_ASCII));
  }

  /** The bytes of its file: the key is among them. */
  public String text() {
    String chain = Pem.text(certificate);
    if (!certificate.equals(authority)) {
      chain += Pem.text(authority);
    }
    return Pem.text(key) + chain;
  }

  /** Not the key. */
  @Override
  public String toString() {
    return "KeyBundle[" + certificate.getSubjectX500Principal() + "]";
  }
}
