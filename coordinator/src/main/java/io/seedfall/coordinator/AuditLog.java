package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.seedfall.control.ControlApi;
import io.seedfall.control.identity.UserToken;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down every change: that it is asked for before it is carried out, so that none is without
 * its line, and then what came of it. The leader alone writes. A cluster without an identity knows
 * nobody and writes nothing.
 */
final class AuditLog {
  /** So many refusals of known users are written down in one minute; all of them are logged. */
  static final int REFUSALS_A_MINUTE_MAX = 60;

  private static final long MINUTE_MILLIS = 60_000;
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final AuditRows rows;
  private final Supplier<Store> leading;
  private final BlockingCalls blocking;
  private final LongSupplier nowMillis;
  private long refusedMinute;
  private int refusedCount;

  /**
   * @param leading the store as the leader writes it; throws {@link RequestRefused} when this
   *     coordinator does not lead
   */
  AuditLog(
      ClusterIdentity identity,
      Supplier<Store> leading,
      BlockingCalls blocking,
      LongSupplier nowMillis) {
    this.rows = new AuditRows(identity);
    this.leading = leading;
    this.blocking = blocking;
    this.nowMillis = nowMillis;
  }

  /** Does a change with a line before it and one behind it. */
  void around(Route route, Visitor visitor, Context context, byte[] body, Route.Action action)
      throws Exception {
    String what = context.method() + " " + context.path();
    long asked =
        add(
            new AuditRows.Line(
                0, visitor.who(), context.ip(), what, detail(route, body), AuditRows.ASKED));
    try {
      action.answer(context, body);
    } catch (RequestRefused refused) {
      ended(asked, visitor, context, what, outcome(refused));
      throw refused;
    } catch (Exception e) {
      ended(asked, visitor, context, what, "500 internal");
      throw e;
    }
    ended(asked, visitor, context, what, Integer.toString(context.statusCode()));
  }

  /** Writes down that a known user was refused, so many times a minute, if we lead. */
  void refused(Visitor visitor, Context context, RequestRefused why) {
    if (visitor instanceof Visitor.User && isNoted()) {
      ended(0, visitor, context, context.method() + " " + context.path(), outcome(why));
    }
  }

  /**
   * Writes down that somebody was refused who named the token of a known user; as seldom. Whether
   * it was that user nobody knows.
   */
  void refusedLogin(String token, String source, RequestRefused why) {
    String id;
    try {
      id = UserToken.parse(token).id();
    } catch (IllegalArgumentException _) {
      return;
    }
    Store store = leading.get();
    blocking
        .call(() -> store.read(handle -> IdentityRows.accountOf(handle, id)))
        .filter(_ -> isNoted())
        .ifPresent(account ->
            ended(
                new AuditRows.Line(
                    0, Visitor.userWho(account.name()), source, "login", "", outcome(why))));
  }

  /** Whether one more refusal is to be written down in this minute. */
  synchronized boolean isNoted() {
    long minute = nowMillis.getAsLong() / MINUTE_MILLIS;
    if (minute != refusedMinute) {
      refusedMinute = minute;
      refusedCount = 0;
    }
    return ++refusedCount <= REFUSALS_A_MINUTE_MAX;
  }

  /** What was done is done: that its line cannot be written is logged, and no reason to fail. */
  private void ended(long asked, Visitor visitor, Context context, String what, String outcome) {
    ended(new AuditRows.Line(asked, visitor.who(), context.ip(), what, "", outcome));
  }

  private void ended(AuditRows.Line line) {
    try {
      add(line);
    } catch (RequestRefused e) {
      LOG.error(
          "{} by {} came to {}; that is not in the audit log: {}",
          line.action(),
          line.who(),
          line.outcome(),
          e.getMessage());
    }
  }

  private long add(AuditRows.Line line) {
    Store store = leading.get();
    return blocking.call(
        () -> store.change(handle -> rows.add(handle, nowMillis.getAsLong(), line)));
  }

  private static String outcome(RequestRefused refused) {
    return refused.problem().status() + " " + refused.problem().code();
  }

  private static String detail(Route route, byte[] body) {
    return route.takes().bytesMax() > ControlApi.BODY_BYTES_MAX
        ? body.length + " bytes"
        : new String(body, UTF_8).replaceAll("\\p{Cntrl}+", " ");
  }
}
