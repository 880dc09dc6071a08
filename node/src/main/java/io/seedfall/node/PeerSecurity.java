package io.seedfall.node;

import javax.net.ssl.SSLContext;

/** How the connections of a node are secured: all of them alike. */
public sealed interface PeerSecurity {
  /** Not at all: what any BitTorrent client speaks. */
  record Plain() implements PeerSecurity {}

  /**
   * TLS 1.3 and nothing before it; both ends show a certificate, and then a pass for the torrent
   * that the connection is about.
   *
   * @param context has our key, and says which certificates are good, of those that dial and of
   *     those that are dialled. It is asked with every handshake, so that a key which is replaced
   *     is used from then on. Nobody else may serve with it: sessions are not resumed
   * @param passes who may have which torrent
   */
  record MutualTls(SSLContext context, PeerPasses passes) implements PeerSecurity {
    /**
     * No ticket lives longer than a week (RFC 8446, section 4.6.1), and the JDK sends none that
     * would: so nobody comes back without showing the certificate that he has then.
     */
    private static final int NO_TICKETS_SECONDS = 7 * 24 * 60 * 60 + 1;

    /** Sees to it that nobody resumes a session. */
    public MutualTls {
      context.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
    }
  }
}
