package io.seedfall.control;

import java.net.URI;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Where a coordinator that does not lead sends us. */
final class Leader {
  /** The status of an answer that says that another coordinator leads. */
  static final int STATUS = 421;

  private Leader() {}

  /** The leader's address, without a path; null when the answer names none. */
  static @Nullable URI in(int status, HttpHeaders headers) {
    if (status != STATUS) {
      return null;
    }
    try {
      URI location = URI.create(headers.firstValue("Location").orElse(""));
      String scheme = String.valueOf(location.getScheme());
      boolean known = scheme.equals("http") || scheme.equals("https");
      return known && location.getHost() != null
          ? URI.create(scheme + "://" + location.getRawAuthority())
          : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
