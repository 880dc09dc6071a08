package io.seedfall.control.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * SHA-256 of a certificate: by that of its authority a cluster is known.
 *
 * @param hex 64 hexadecimal digits, small
 */
public record Fingerprint(String hex) {
  /** Refuses what is none. */
  public Fingerprint {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("fingerprint: expected 64 hexadecimal digits");
    }
  }

  /** That of a certificate. */
  public static Fingerprint of(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new Fingerprint(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException | CertificateException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
