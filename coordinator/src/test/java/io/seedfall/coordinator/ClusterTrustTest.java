package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seedfall.control.Role;
import io.seedfall.control.Selector;
import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which certificates pass a handshake, and when. */
final class ClusterTrustTest {
  private static final long BEGIN = 2_000_000_000_000L;
  private static final long LIFE = 3_600_000;

  private final KeyBundle authority = Certificates.authority(BEGIN);
  private long now = BEGIN;
  private final ClusterTrust trust =
      new ClusterTrust(Fingerprint.of(authority.certificate()), () -> Instant.ofEpochMilli(now));

  private X509Certificate[] chain(KeyBundle signer, PeerName whom) {
    X509Certificate certificate =
        Certificates.issue(signer, KeyBundle.newKeys().getPublic(), whom, List.of(), BEGIN, LIFE);
    return new X509Certificate[] {certificate, signer.certificate()};
  }

  private void assertClient(boolean good, X509Certificate... chain) {
    if (good) {
      assertThatCode(() -> trust.checkClientTrusted(chain, "EC")).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(CertificateException.class)
          .isThrownBy(() -> trust.checkClientTrusted(chain, "EC"));
    }
  }

  private void assertServer(boolean good, X509Certificate... chain) {
    if (good) {
      assertThatCode(() -> trust.checkServerTrusted(chain, "EC")).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(CertificateException.class)
          .isThrownBy(() -> trust.checkServerTrusted(chain, "EC"));
    }
  }

  @Test
  void eachIsTrustedForItsPart() {
    X509Certificate[] agent = chain(authority, new PeerName.Agent("a1"));
    X509Certificate[] coordinator = chain(authority, new PeerName.Coordinator());
    assertClient(true, agent);
    assertServer(true, coordinator);
    assertClient(false, coordinator);
    assertServer(false, agent);
  }

  @Test
  void amongPeersAgentsAndPublishersAreTrustedBothWaysAndOnlyWhileTheyAreValid() {
    ClusterTrust peers =
        ClusterTrust.amongPeers(
            Fingerprint.of(authority.certificate()), () -> Instant.ofEpochMilli(now));
    for (PeerName peer : List.of(new PeerName.Agent("a1"), new PeerName.Publisher("ci"))) {
      X509Certificate[] chain = chain(authority, peer);
      assertThatCode(() -> peers.checkServerTrusted(chain, "EC")).doesNotThrowAnyException();
      assertThatCode(() -> peers.checkClientTrusted(chain, "EC")).doesNotThrowAnyException();
      assertPeerRefused(peers, chain(Certificates.authority(BEGIN), peer));
      assertPeerRefused(peers, chain[0], chain[0]);
      assertPeerRefused(peers);
      now = BEGIN + LIFE + 1_000;
      assertPeerRefused(peers, chain);
      now = BEGIN;
    }
    assertPeerRefused(peers, chain(authority, new PeerName.Coordinator()));
    assertClient(false, chain(authority, new PeerName.Publisher("ci")));
    assertServer(false, chain(authority, new PeerName.Publisher("ci")));
  }

  private static void assertPeerRefused(ClusterTrust peers, X509Certificate... chain) {
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> peers.checkServerTrusted(chain, "EC"));
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> peers.checkClientTrusted(chain, "EC"));
  }

  @Test
  void anotherAuthorityOfTheSameNameIsNot() {
    KeyBundle other = Certificates.authority(BEGIN);
    X509Certificate[] foreign = chain(other, new PeerName.Agent("a1"));
    assertClient(false, foreign);
    assertClient(false, foreign[0], authority.certificate());
    assertClient(false, foreign[0]);
    assertClient(false);
    X509Certificate[] agent = chain(authority, new PeerName.Agent("a1"));
    assertClient(false, agent[0]);
    assertClient(false, agent[0], agent[0], agent[1]);
    assertClient(false, authority.certificate(), authority.certificate());
  }

  @Test
  void anAgentsCertificateIsNoAuthority() {
    X509Certificate[] agent = chain(authority, new PeerName.Agent("a1"));
    assertThat(agent[0].getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.certificate().getBasicConstraints()).isZero();
  }

  @Test
  void certificatesBeginAndEnd() {
    X509Certificate[] agent = chain(authority, new PeerName.Agent("a1"));
    X509Certificate[] coordinator = chain(authority, new PeerName.Coordinator());
    now = BEGIN - Certificates.SKEW_MILLIS;
    assertClient(true, agent);
    assertServer(true, coordinator);
    now--;
    assertClient(false, agent);
    assertServer(false, coordinator);
    now = BEGIN + LIFE;
    assertClient(true, agent);
    assertServer(true, coordinator);
    now++;
    assertClient(true, agent); // to ask for another
    assertServer(false, coordinator);
    now = BEGIN + LIFE + ClusterTrust.GRACE_MILLIS;
    assertClient(true, agent);
    now++;
    assertClient(false, agent);
  }

  @Test
  void anAgentWhoseCertificateHasExpiredMayAskForAnotherAndForNothingElse() {
    for (Access access : Access.values()) {
      Visitor expired = new Visitor.Agent("a1", Map.of(), "1", true, true, BEGIN);
      assertThat(access.allows(expired))
          .as(access.name())
          .isEqualTo(access == Access.AGENT || access == Access.ANYBODY);
      assertThat(access.allows(new Visitor.Anybody())).as("without an identity").isTrue();
      Visitor user = new Visitor.User("u", Role.ADMIN, Selector.parse("all"), "t", BEGIN, "");
      assertThat(access.allows(user)).isEqualTo(access != Access.AGENT);
    }
  }
}
