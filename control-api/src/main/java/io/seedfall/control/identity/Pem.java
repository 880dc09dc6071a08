package io.seedfall.control.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468), which other people's tools read. */
public final class Pem {
  private static final int LINE_CHARS = 64;

  /** The most parts of one text. */
  static final int BLOCKS_MAX = 8;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(US_ASCII));

  private Pem() {}

  /** A certificate. */
  public static String text(X509Certificate certificate) {
    try {
      return block("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was decoded", e);
    }
  }

  static String text(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  /**
   * All certificates in the text, in order.
   *
   * @throws GeneralSecurityException when it is no such text
   */
  public static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> found = new ArrayList<>();
    for (byte[] bytes : blocks("CERTIFICATE", text)) {
      found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes)));
    }
    return found;
  }

  static PrivateKey privateKey(String text) throws GeneralSecurityException {
    List<byte[]> keys = blocks("PRIVATE KEY", text);
    if (keys.size() != 1) {
      throw new GeneralSecurityException(keys.size() + " private keys (expected: one)");
    }
    return KeyFactory.getInstance(KeyBundle.KEY_ALGORITHM)
        .generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
  }

  private static String block(String label, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
        .formatted(label, new String(LINES.encode(bytes), US_ASCII));
  }

  private static List<byte[]> blocks(String label, String text) throws GeneralSecurityException {
    List<byte[]> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    for (int seen = 0; block.find(); seen++) {
      if (seen == BLOCKS_MAX) {
        throw new GeneralSecurityException("more than " + BLOCKS_MAX + " parts");
      }
      if (label.equals(block.group(1))) {
        try {
          found.add(Base64.getDecoder().decode(block.group(2).replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
          throw new GeneralSecurityException("not Base64", e);
        }
      }
    }
    return found;
  }
}
