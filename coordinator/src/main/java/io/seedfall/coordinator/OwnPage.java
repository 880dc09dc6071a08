package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ControlApi;
import io.seedfall.control.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests of the coordinator's own page from those that another page has made the same
 * browser send. The browser says where a request comes from in {@code Sec-Fetch-Site}, or, if it is
 * old, in {@code Origin}; and no form and no link can send a header of its own.
 */
final class OwnPage {
  private static final String SITE = "Sec-Fetch-Site";
  private static final String SAME = "same-origin";

  private OwnPage() {}

  /**
   * A request that changes nothing may also be typed, or be older than those headers.
   *
   * @throws RequestRefused when another page has made it
   */
  static void requireForReading(Context context) {
    String site = context.header(SITE);
    if (site != null && !site.equals(SAME) && !site.equals("none")) {
      throw foreign(SITE + ": expected " + SAME);
    }
  }

  /**
   * A request that changes something has to show that our page has made it.
   *
   * @throws RequestRefused when it does not
   */
  static void requireForChanging(Context context) {
    String site = context.header(SITE);
    String origin = context.header("Origin");
    if (site != null && !site.equals(SAME)) {
      throw foreign(SITE + ": expected " + SAME);
    }
    if (origin != null ? !isOwn(origin, context.header("Host")) : site == null) {
      throw foreign("Origin: expected this coordinator");
    }
    if (context.header(ControlApi.FROM_PAGE) == null) {
      throw foreign("the header " + ControlApi.FROM_PAGE + " is missing");
    }
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    return origin.equals("https://" + host);
  }

  private static RequestRefused foreign(String why) {
    return new RequestRefused(403, Problem.FOREIGN_PAGE, why);
  }
}
