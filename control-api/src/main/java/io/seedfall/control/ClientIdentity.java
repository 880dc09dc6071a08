package io.seedfall.control;

import java.net.URI;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a program that asks a coordinator shows who it is, and knows that it is the right one.
 *
 * @param tls over which it talks; null for a coordinator of a cluster that was never initialised
 * @param bearer what goes into the header {@code Authorization}; empty when the certificate of
 *     {@code tls} says it all
 */
public record ClientIdentity(@Nullable SSLContext tls, String bearer) {
  /** The header that carries a user's token. */
  public static final String HEADER = "Authorization";

  private static final String TLS = "TLSv1.3";

  /** Nobody in particular, in the clear: what a coordinator takes that has no identity. */
  public static final ClientIdentity NONE = new ClientIdentity(null, "");

  /** A secret goes over TLS or nowhere. */
  public ClientIdentity {
    if (tls == null && !bearer.isEmpty()) {
      throw new IllegalArgumentException("a token without TLS");
    }
  }

  /**
   * Whether that is an address for it.
   *
   * @throws IllegalArgumentException in words, when it is https and we have no credentials, or the
   *     other way round
   */
  public void check(CoordinatorAddresses coordinators) {
    coordinators.all().forEach(this::check);
  }

  /** The same for one address. */
  public void check(URI coordinator) {
    boolean https = isEncrypted(coordinator);
    if (https && tls == null) {
      throw new IllegalArgumentException(
          "coordinator: "
              + coordinator
              + " wants to know who asks (give a file with credentials: --credentials FILE)");
    }
    if (!https && tls != null) {
      throw new IllegalArgumentException(
          "coordinator: "
              + coordinator
              + " (expected: https://ADDRESS:PORT, because credentials are shown over TLS only)");
    }
  }

  /** Whether what is said there goes over TLS. */
  static boolean isEncrypted(URI coordinator) {
    return String.valueOf(coordinator.getScheme()).equals("https");
  }

  /** Whether a coordinator may send us on to that one: a secret never follows into the clear. */
  boolean mayFollow(URI leader) {
    return tls == null || isEncrypted(leader);
  }

  /** The beginning of a client that talks like this. */
  HttpClient.Builder client() {
    HttpClient.Builder http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (tls != null) {
      SSLParameters parameters = new SSLParameters();
      parameters.setProtocols(new String[] {TLS});
      http.sslContext(tls).sslParameters(parameters);
    }
    return http;
  }

  /** Not the token. */
  @Override
  public String toString() {
    return "ClientIdentity[" + (tls == null ? "none" : bearer.isEmpty() ? "key" : "token") + "]";
  }
}
