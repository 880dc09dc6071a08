package io.seedfall.agent;

import io.seedfall.control.CertificateView;
import io.seedfall.control.ControlException;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key and the certificate with which a user's process seeds: in memory only, for a user has a
 * token and no place of his own for a key. Asked for with the token, and again after two thirds of
 * its life.
 */
final class PublisherKey {
  /** So long at least between two: when a token ends, each certificate is shorter than the last. */
  private static final long APART_MILLIS = 10 * 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(PublisherKey.class);

  private final SeedfallClient coordinator;
  private final LongSupplier nowMillis;
  private final CurrentKey key;
  private long askedMillis;

  private PublisherKey(SeedfallClient coordinator, LongSupplier nowMillis, KeyBundle first) {
    this.coordinator = coordinator;
    this.nowMillis = nowMillis;
    this.key = new CurrentKey(first);
    this.askedMillis = nowMillis.getAsLong();
  }

  /**
   * Asks for the first.
   *
   * @throws IOException in one line: the coordinator is away, or gives none
   */
  static PublisherKey open(SeedfallClient coordinator, LongSupplier nowMillis) throws IOException {
    try {
      return new PublisherKey(coordinator, nowMillis, asked(coordinator));
    } catch (ControlException e) {
      throw new IOException("no certificate to seed with: " + e.why(), e);
    }
  }

  /** With which its handshakes show who it is: always the newest. */
  CurrentKey key() {
    return key;
  }

  /** Asks for the next when it is time. One thread. */
  void renewWhenDue() {
    X509Certificate certificate = key.bundle().certificate();
    long from = certificate.getNotBefore().toInstant().toEpochMilli();
    long until = certificate.getNotAfter().toInstant().toEpochMilli();
    long now = nowMillis.getAsLong();
    if (now < Math.max(from + (until - from) / 3 * 2, askedMillis + APART_MILLIS)) {
      return;
    }
    try {
      key.replace(asked(coordinator));
      askedMillis = now;
      LOG.info("has another certificate to seed with");
    } catch (ControlException e) {
      LOG.debug("no next certificate yet: {}", e.why());
    } catch (IOException e) {
      LOG.warn("no next certificate yet: {}", e.getMessage());
    }
  }

  private static KeyBundle asked(SeedfallClient coordinator) throws ControlException, IOException {
    KeyPair keys = KeyBundle.newKeys();
    CertificateView given =
        coordinator.publisherCertificate(new RenewRequest(Proofs.text(keys), Proofs.proof(keys)));
    try {
      List<X509Certificate> chain = Pem.certificates(given.chain());
      if (chain.size() == 2 && PeerName.of(chain.getFirst()) instanceof PeerName.Publisher) {
        return new KeyBundle(keys.getPrivate(), chain.getFirst(), chain.getLast());
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the coordinator gave no certificate of our key", e);
    }
    throw new IOException("the coordinator gave a certificate of another kind");
  }
}
