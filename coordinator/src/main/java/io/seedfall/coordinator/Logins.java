package io.seedfall.coordinator;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets users log in with a browser, and out again. A login is a row that every coordinator of the
 * database reads; the browser has a secret of its own, and the user's token stays where it was. It
 * begins at the leader, with its line in the audit log, and can be ended at any coordinator.
 * Blocks; any thread but the control loop's.
 */
final class Logins {
  /** So long a login lasts at most; a page asks all the time, so there is no idling to measure. */
  static final long LIFE_MILLIS = 12L * 60 * 60_000;

  /** The most logins of one user; the oldest of them ends when another begins. */
  static final int PER_USER_MAX = 20;

  /** So often an address may try in a minute. */
  static final int ATTEMPTS_PER_ADDRESS_MAX = 20;

  /** So often all together may try in a minute. */
  static final int ATTEMPTS_MAX = 600;

  private static final long MINUTE_MILLIS = 60_000;
  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  /** What a login has become: what the browser is given, and who it is. */
  record Opened(LoginCookie cookie, Visitor.User user) {}

  private final ClusterIdentity identity;
  private final Doorkeeper door;
  private final AuditLog audit;
  private final Store store;
  private final Supplier<Store> leading;
  private final BlockingCalls blocking;
  private final LongSupplier nowMillis;
  private final RequestRate attempts =
      new RequestRate(ATTEMPTS_PER_ADDRESS_MAX, ATTEMPTS_MAX, MINUTE_MILLIS);

  /**
   * @param leading the store as the leader writes it; throws {@link RequestRefused} when this
   *     coordinator does not lead
   */
  Logins(
      ClusterIdentity identity,
      Doorkeeper door,
      AuditLog audit,
      Store store,
      Supplier<Store> leading,
      BlockingCalls blocking,
      LongSupplier nowMillis) {
    this.identity = identity;
    this.door = door;
    this.audit = audit;
    this.store = store;
    this.leading = leading;
    this.blocking = blocking;
    this.nowMillis = nowMillis;
  }

  /** None in a cluster without an identity, where nobody is told apart. */
  static @Nullable Logins of(
      @Nullable ClusterIdentity identity,
      Doorkeeper door,
      @Nullable AuditLog audit,
      Store store,
      Supplier<Store> leading,
      BlockingCalls blocking,
      LongSupplier nowMillis) {
    return identity == null || audit == null
        ? null
        : new Logins(identity, door, audit, store, leading, blocking, nowMillis);
  }

  /**
   * Begins one for whoever knows that token.
   *
   * @param source the address that asks
   * @throws RequestRefused with 401 when the token is none, with 429 when that was tried too often,
   *     with 421 when another coordinator leads
   */
  Opened open(String token, String source) {
    countAttempt(source);
    Store leader = leading.get();
    Visitor.User holder;
    try {
      holder = door.holder(token);
    } catch (RequestRefused refused) {
      if (refused.problem().status() == 401) {
        audit.refusedLogin(token, source, refused);
      }
      throw refused;
    }
    LoginCookie cookie = LoginCookie.drawn();
    long now = nowMillis.getAsLong();
    long until = Math.min(now + LIFE_MILLIS, holder.untilMillis());
    LoginRows.Login login =
        new LoginRows.Login(cookie.id(), mac(cookie), holder.name(), holder.tokenId(), until);
    blocking.call(() ->
        leader.change(handle -> {
          LoginRows.prune(handle, holder.name(), holder.tokenId(), PER_USER_MAX - 1, now);
          LoginRows.add(handle, login, now);
          return new AuditRows(identity).add(handle, now, line(holder.name(), source, "login"));
        }));
    return new Opened(cookie, holder.loggedIn(cookie.id(), until));
  }

  private synchronized void countAttempt(String source) {
    long now = nowMillis.getAsLong();
    if (!attempts.admits(source, now)) {
      throw RequestRefused.tooMany("too many have tried to log in", attempts.secondsLeft(now));
    }
  }

  /** Ends it, if it is there; whether this coordinator leads, and has to put out who listens. */
  boolean close(LoginCookie cookie, String source) {
    Optional<LoginRows.Login> found =
        blocking
            .call(() -> store.read(handle -> LoginRows.find(handle, cookie.id())))
            .filter(login -> isOf(login, cookie));
    if (found.isEmpty()) {
      return false;
    }
    String account = found.get().account();
    Optional<Store> leader = leader();
    if (leader.isEmpty()) {
      LOG.info("{} logs out at a coordinator that does not lead: no line of it", account);
      return blocking.call(() ->
          store.transaction(handle -> {
            LoginRows.remove(handle, cookie.id());
            return false;
          }));
    }
    return blocking.call(() ->
        leader
            .get()
            .change(handle -> {
              LoginRows.remove(handle, cookie.id());
              new AuditRows(identity)
                  .add(handle, nowMillis.getAsLong(), line(account, source, "logout"));
              return true;
            }));
  }

  private Optional<Store> leader() {
    try {
      return Optional.of(leading.get());
    } catch (RequestRefused _) {
      return Optional.empty();
    }
  }

  private static AuditRows.Line line(String account, String source, String action) {
    return new AuditRows.Line(0, Visitor.userWho(account), source, action, "", "done");
  }

  private String mac(LoginCookie cookie) {
    return identity.mac(ClusterIdentity.Use.LOGIN, cookie.id(), cookie.secret());
  }

  private boolean isOf(LoginRows.Login login, LoginCookie cookie) {
    return identity.isMac(login.mac(), ClusterIdentity.Use.LOGIN, cookie.id(), cookie.secret());
  }
}
