package io.seedfall.coordinator;

import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Writes certificates: what stands in them is decided here, and nothing of it is taken from whoever
 * asked but the public key. Signed by the JDK.
 */
@SuppressWarnings("JavaUtilDate") // certificates are written with it
final class Certificates {
  /** So far behind ours the clock of another machine may be. */
  static final long SKEW_MILLIS = 5 * 60_000;

  private static final long AUTHORITY_MILLIS = 3_650L * 24 * 60 * 60_000;
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Certificates() {}

  /** A new authority, which signs for itself. */
  static KeyBundle authority(long nowMillis) {
    KeyPair keys = KeyBundle.newKeys();
    X500Name name = name("Seedfall cluster authority");
    try {
      X509v3CertificateBuilder certificate =
          builder(name, name, keys.getPublic(), nowMillis, AUTHORITY_MILLIS)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      X509Certificate signed = signed(certificate, keys.getPrivate());
      return new KeyBundle(keys.getPrivate(), signed, signed);
    } catch (IOException e) {
      throw new IllegalStateException("cannot write a certificate", e);
    }
  }

  /**
   * A certificate for that key.
   *
   * @param whom it names
   * @param hosts under which other people's programs reach a coordinator; none for an agent
   * @param lifeMillis how long it is valid from now
   */
  static X509Certificate issue(
      KeyBundle authority,
      PublicKey key,
      PeerName whom,
      List<GeneralName> hosts,
      long nowMillis,
      long lifeMillis) {
    List<GeneralName> names = new ArrayList<>(hosts);
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, whom.uri()));
    X500Name issuer =
        X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded());
    try {
      X509v3CertificateBuilder certificate =
          builder(issuer, name(whom.uri()), key, nowMillis, lifeMillis)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(Extension.extendedKeyUsage, false, uses(whom))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(names.toArray(GeneralName[]::new)));
      return signed(certificate, authority.key());
    } catch (IOException e) {
      throw new IllegalStateException("cannot write a certificate", e);
    }
  }

  /** How a certificate is known to us. */
  static String serial(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  /** Whoever exchanges content both dials and is dialled. */
  private static ExtendedKeyUsage uses(PeerName whom) {
    return switch (whom) {
      case PeerName.Coordinator _ -> new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth);
      case PeerName.Agent _, PeerName.Publisher _ ->
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth});
    };
  }

  private static X500Name name(String common) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, common).build();
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, long nowMillis, long lifeMillis) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS), // of one length, never 0
        new Date(nowMillis - SKEW_MILLIS),
        new Date(nowMillis + lifeMillis),
        subject,
        SubjectPublicKeyInfo.getInstance(key.getEncoded()));
  }

  private static X509Certificate signed(X509v3CertificateBuilder certificate, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a certificate", e);
    }
  }
}
