package io.seedfall.control.identity;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** What both ends of a connection speak: TLS 1.3, and nothing before it. */
public final class Tls {
  /** The only version. */
  public static final String PROTOCOL = "TLSv1.3";

  /**
   * No ticket lives longer than a week (RFC 8446, section 4.6.1), and the JDK sends none that
   * would: so nobody comes back without showing a certificate that is valid then.
   */
  private static final int NO_TICKETS_SECONDS = 7 * 24 * 60 * 60 + 1;

  private Tls() {}

  /** For a program that connects; {@code key} is null for one that has none, a user's. */
  public static SSLContext client(@Nullable CurrentKey key, ClusterTrust trust) {
    return context(key, trust);
  }

  /** For a coordinator. */
  public static SSLContext server(CurrentKey key, ClusterTrust trust) {
    SSLContext context = context(key, trust);
    context.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
    return context;
  }

  /** For whoever exchanges content with others of his kind, either way. */
  public static SSLContext peer(CurrentKey key, ClusterTrust trust) {
    return server(key, trust);
  }

  private static SSLContext context(@Nullable CurrentKey key, ClusterTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(
          key == null ? null : new KeyManager[] {key},
          new TrustManager[] {trust},
          new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + PROTOCOL, e);
    }
  }
}
