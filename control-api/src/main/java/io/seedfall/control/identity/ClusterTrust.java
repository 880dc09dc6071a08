package io.seedfall.control.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts what the cluster's own authority signed, for the part that it was signed for, and nothing
 * else. Servers are known by their part ({@link PeerName.Coordinator}), not by their host name:
 * only whoever has the authority's key can sign for it, and an address says less than that.
 *
 * <p>Who has a token to join knows no authority yet, only its {@link Fingerprint}: then the server
 * sends the authority's certificate with its own.
 */
@SuppressWarnings("JavaUtilDate") // certificates and their validator speak it
public final class ClusterTrust extends X509ExtendedTrustManager {
  /**
   * An agent that was away may come this long after its certificate has expired, to ask for another
   * one and for nothing else.
   */
  public static final long GRACE_MILLIS = 30L * 24 * 60 * 60 * 1000;

  private final Fingerprint authority;
  private final InstantSource clock;
  private final boolean amongPeers;

  private ClusterTrust(Fingerprint authority, InstantSource clock, boolean amongPeers) {
    this.authority = authority;
    this.clock = clock;
    this.amongPeers = amongPeers;
  }

  /** Between coordinators and those who ask them, with certificates of that authority. */
  public ClusterTrust(Fingerprint authority, InstantSource clock) {
    this(authority, clock, false);
  }

  /**
   * Between agents and publishers, whoever of them has dialled: nobody is there without a
   * certificate of theirs, and nobody has a grace.
   */
  public static ClusterTrust amongPeers(Fingerprint authority, InstantSource clock) {
    return new ClusterTrust(authority, clock, true);
  }

  /** Whether that is a name of one that exchanges content. */
  private void checkPeer(X509Certificate @Nullable [] chain) throws CertificateException {
    switch (PeerName.of(check(chain, 0))) {
      case PeerName.Agent _, PeerName.Publisher _ -> {}
      case PeerName.Coordinator _ ->
          throw new CertificateException("the certificate is neither an agent's nor a publisher's");
    }
  }

  /** The peer is an agent, not longer expired than {@link #GRACE_MILLIS}; among peers, a peer. */
  private void checkClient(X509Certificate @Nullable [] chain) throws CertificateException {
    if (amongPeers) {
      checkPeer(chain);
      return;
    }
    X509Certificate peer = check(chain, GRACE_MILLIS);
    if (!(PeerName.of(peer) instanceof PeerName.Agent)) {
      throw new CertificateException("the certificate is not an agent's");
    }
  }

  /** The peer is a coordinator, unless we are among peers. */
  private void checkServer(X509Certificate @Nullable [] chain) throws CertificateException {
    if (amongPeers) {
      checkPeer(chain);
      return;
    }
    X509Certificate peer = check(chain, 0);
    if (!(PeerName.of(peer) instanceof PeerName.Coordinator)) {
      throw new CertificateException("the certificate is not a coordinator's");
    }
  }

  private X509Certificate check(X509Certificate @Nullable [] chain, long graceMillis)
      throws CertificateException {
    if (chain == null || chain.length != 2) {
      throw new CertificateException("no certificate with its authority");
    }
    if (!Fingerprint.of(chain[1]).equals(authority)) {
      throw new CertificateException("the certificate is of another cluster");
    }
    X509Certificate peer = chain[0];
    Date now = checkedTime(peer, graceMillis);
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(chain[1], null)));
      parameters.setRevocationEnabled(false); // the coordinator has a list of what is valid
      parameters.setDate(now);
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(peer)), parameters);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the certificate is not valid: " + e.getMessage(), e);
    }
    return peer;
  }

  /** The time for which the signatures are to be checked: now, or the end while grace lasts. */
  private Date checkedTime(X509Certificate peer, long graceMillis) throws CertificateException {
    long now = clock.millis();
    long end = peer.getNotAfter().getTime();
    if (now < peer.getNotBefore().getTime()) {
      throw new CertificateNotYetValidException(
          "the certificate begins in the future: do the clocks of both machines agree?");
    }
    if (now > end + graceMillis) {
      throw new CertificateExpiredException("the certificate has expired");
    }
    return new Date(Math.min(now, end));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    checkClient(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
      throws CertificateException {
    checkClient(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
      throws CertificateException {
    checkClient(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    checkServer(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
      throws CertificateException {
    checkServer(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
      throws CertificateException {
    checkServer(chain);
  }

  /** Names none: whoever has a certificate is asked for it. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
