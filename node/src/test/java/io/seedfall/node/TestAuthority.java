package io.seedfall.node;

import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Signs certificates for a test, right ones and wrong ones. Members are called CN=member-... */
@SuppressWarnings("JavaUtilDate") // certificates are written with it
final class TestAuthority {
  private static final char[] NO_PASSWORD = {};
  private static final Duration DAY = Duration.ofDays(1);

  private final KeyPair keys = newKeys();
  private final X509Certificate own;
  private final AtomicInteger serversChecked = new AtomicInteger();
  private long serial = 1;

  TestAuthority() throws Exception {
    own = signed("CN=authority", keys, Instant.now().minus(DAY), Instant.now().plus(DAY), true);
  }

  /** For a member that shows a good certificate. */
  SSLContext member(String name) throws Exception {
    return context("CN=member-" + name, Instant.now().plus(DAY), this);
  }

  /** How often a server has shown a certificate to somebody who trusts this authority. */
  int serversChecked() {
    return serversChecked.get();
  }

  /** For one whose certificate has expired. */
  SSLContext expired() throws Exception {
    return context("CN=member-late", Instant.now().minus(Duration.ofMinutes(1)), this);
  }

  /** For one of this authority's that is no member. */
  SSLContext other() throws Exception {
    return context("CN=coordinator", Instant.now().plus(DAY), this);
  }

  /** For one that another authority has signed, and that trusts this one. */
  SSLContext stranger() throws Exception {
    return new TestAuthority().context("CN=member-stranger", Instant.now().plus(DAY), this);
  }

  /** For one that has no certificate to show. */
  SSLContext nobody() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust(), null);
    return context;
  }

  private SSLContext context(String name, Instant until, TestAuthority trusted) throws Exception {
    KeyPair pair = newKeys();
    X509Certificate certificate =
        signed(name, pair, Instant.now().minus(DAY.multipliedBy(2)), until, false);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "key", pair.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate, own});
    KeyManagerFactory shown =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    shown.init(store, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown.getKeyManagers(), trusted.trust(), null);
    return context;
  }

  private TrustManager[] trust() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", own);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return new TrustManager[] {
      new MembersOnly((X509ExtendedTrustManager) factory.getTrustManagers()[0])
    };
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate signed(
      String name, KeyPair subject, Instant from, Instant until, boolean authority)
      throws Exception {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=authority"),
            BigInteger.valueOf(serial++),
            Date.from(from),
            Date.from(until),
            new X500Name(name),
            subject.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  /** What PKIX says, and then whom the certificate names. */
  private final class MembersOnly extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager pkix;

    MembersOnly(X509ExtendedTrustManager pkix) {
      this.pkix = pkix;
    }

    private static void checkName(X509Certificate[] chain) throws CertificateException {
      if (!chain[0].getSubjectX500Principal().getName().startsWith("CN=member-")) {
        throw new CertificateException("no member");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      pkix.checkClientTrusted(chain, kind);
      checkName(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, kind);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, kind);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      serversChecked.incrementAndGet();
      pkix.checkServerTrusted(chain, kind);
      checkName(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, kind);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, kind);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return pkix.getAcceptedIssuers();
    }
  }
}
