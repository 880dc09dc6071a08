package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.Problem;
import io.seedfall.control.Role;
import io.seedfall.control.Selector;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.UserToken;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks who asks, by certificate, token or login, with every request and before every session, in
 * the rows as they are then: what was revoked is refused from the next request on. Nobody comes in
 * whom it does not know. Without an identity of the cluster everybody does. Any thread but the
 * control loop's.
 */
final class Doorkeeper {
  /** The attribute of a request that says who asks. */
  static final String VISITOR = "seedfall.visitor";

  private static final String SHOWN = "jakarta.servlet.request.X509Certificate";
  private static final String BEARER = "Bearer ";

  /** Methods that change nothing. */
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);

  private final @Nullable ClusterIdentity identity;
  private final Store store;
  private final BlockingCalls blocking;
  private final LongSupplier nowMillis;

  /**
   * @param identity of the cluster; null when it has none
   */
  Doorkeeper(
      @Nullable ClusterIdentity identity,
      Store store,
      BlockingCalls blocking,
      LongSupplier nowMillis) {
    this.identity = identity;
    this.store = store;
    this.blocking = blocking;
    this.nowMillis = nowMillis;
  }

  /**
   * Lets a request in, or not; {@link Visitor#of} knows who it is from then on.
   *
   * @throws RequestRefused with 401 when it is not known who asks, with 403 when he may not
   */
  Visitor admit(Access access, Context context) {
    return admit(access, context, access == Access.ANYBODY ? null : LoginCookie.of(context));
  }

  /**
   * @param cookie what the browser shows; null when it shows none, or none is to be looked at
   */
  private Visitor admit(Access access, Context context, @Nullable LoginCookie cookie) {
    Visitor visitor = visitor(context, cookie);
    if (!access.allows(visitor)) {
      LOG.warn(
          "refused {} {} to {} from {}",
          context.method(),
          context.path(),
          visitor.who(),
          context.ip());
      context.attribute(VISITOR, visitor);
      throw refusal(access, visitor);
    }
    if (visitor instanceof Visitor.Agent agent && !agent.newest()) {
      context.header("Connection", "close"); // so that the next request shows the newest
    }
    context.attribute(VISITOR, visitor);
    return visitor;
  }

  /** The same before a WebSocket is opened: agents, and users who may publish, by a token. */
  Visitor admitSession(Context context) {
    return admit(Access.PUBLISHER_OR_AGENT, context, null);
  }

  /** Whether that one is still let in, by the rows as they are now. */
  boolean isStillIn(Visitor visitor) {
    return switch (visitor) {
      case Visitor.Anybody _ -> true;
      case Visitor.Stranger _ -> false;
      case Visitor.Agent agent ->
          blocking
              .call(() -> store.read(handle -> IdentityRows.member(handle, agent.name())))
              .map(member -> member.has(agent.serial()))
              .orElse(false);
      case Visitor.User user ->
          blocking
              .call(() ->
                  store.read(handle ->
                      user.login().isEmpty() || LoginRows.find(handle, user.login()).isPresent()
                          ? IdentityRows.account(handle, user.name())
                          : Optional.<IdentityRows.Account>empty()))
              .map(account ->
                  account.tokenId().equals(user.tokenId()) && isIn(account, nowMillis.getAsLong()))
              .orElse(false);
    };
  }

  /** The time by which that is looked at. */
  long nowMillis() {
    return nowMillis.getAsLong();
  }

  /** How long what it has shown is good; 0 or less when it is not any more. */
  long millisLeft(Visitor visitor) {
    long until = visitor.sessionUntilMillis();
    return until == Long.MAX_VALUE ? until : until - nowMillis.getAsLong();
  }

  private static RequestRefused refusal(Access access, Visitor visitor) {
    return switch (visitor) {
      case Visitor.Stranger _ ->
          new RequestRefused(
              401, Problem.UNAUTHENTICATED, "this coordinator does not know who asks");
      case Visitor.Agent(String name, _, _, _, boolean expired, _) when expired ->
          new RequestRefused(
              401,
              Problem.UNAUTHENTICATED,
              "the certificate of agent " + name + " has expired",
              "ask for another one first");
      case Visitor.Agent _, Visitor.User _, Visitor.Anybody _ ->
          new RequestRefused(
              403,
              Problem.FORBIDDEN,
              visitor.who() + " may not do that (it takes: " + access.words() + ")");
    };
  }

  private Visitor visitor(Context context, @Nullable LoginCookie cookie) {
    if (identity == null) {
      return new Visitor.Anybody();
    }
    X509Certificate[] shown = (X509Certificate[]) context.req().getAttribute(SHOWN);
    String header = context.header(ClientIdentity.HEADER);
    if (header != null) {
      return user(identity, header.startsWith(BEARER) ? header.substring(BEARER.length()) : "");
    }
    if (cookie != null) {
      if (READING.contains(context.method().name())) {
        OwnPage.requireForReading(context);
      } else {
        OwnPage.requireForChanging(context);
      }
      return loggedIn(identity, cookie);
    }
    return shown == null || shown.length == 0 ? new Visitor.Stranger() : agent(shown[0]);
  }

  /** TLS has shown that the certificate is of this cluster, and that he has the key. */
  private Visitor agent(X509Certificate shown) {
    String name;
    try {
      if (!(PeerName.of(shown) instanceof PeerName.Agent agent)) {
        return new Visitor.Stranger();
      }
      name = agent.name();
    } catch (CertificateException _) {
      return new Visitor.Stranger();
    }
    String serial = Certificates.serial(shown);
    IdentityRows.Member member =
        blocking
            .call(() -> store.read(handle -> IdentityRows.member(handle, name)))
            .filter(row -> row.has(serial))
            .orElseThrow(() ->
                new RequestRefused(
                    401,
                    Problem.UNAUTHENTICATED,
                    "the certificate of agent " + name + " was revoked, or replaced by another",
                    "let it in anew with 'seedfall token create'"));
    long end = shown.getNotAfter().toInstant().toEpochMilli();
    return new Visitor.Agent(
        name,
        member.labels(),
        serial,
        serial.equals(member.serial()),
        nowMillis.getAsLong() > end,
        member.notAfterMillis());
  }

  /**
   * Whose token that is.
   *
   * @throws RequestRefused with 401 when it is none, or not good any more
   */
  Visitor.User holder(String token) {
    if (identity == null) {
      throw new IllegalStateException("nobody has a token here");
    }
    return user(identity, token);
  }

  private Visitor.User user(ClusterIdentity cluster, String text) {
    UserToken token;
    try {
      token = UserToken.parse(text);
    } catch (IllegalArgumentException _) {
      throw badToken();
    }
    Optional<IdentityRows.Account> found =
        blocking.call(() -> store.read(handle -> IdentityRows.accountOf(handle, token.id())));
    boolean right =
        cluster.isMac(
            found.map(IdentityRows.Account::mac).orElse(""),
            ClusterIdentity.Use.USER_TOKEN,
            token.id(),
            token.secret());
    if (!right || found.isEmpty()) {
      throw badToken();
    }
    IdentityRows.Account account = found.get();
    if (!isIn(account, nowMillis.getAsLong())) {
      throw new RequestRefused(
          401,
          Problem.UNAUTHENTICATED,
          "the token of user " + account.name() + " has expired or was revoked",
          "an admin makes another with 'seedfall user create'");
    }
    return user(account);
  }

  private static Visitor.User user(IdentityRows.Account account) {
    return new Visitor.User(
        account.name(),
        account.role(),
        account.role() == Role.DEPLOYER
            ? Selector.parse(account.selector())
            : Selector.parse("all"),
        account.tokenId(),
        account.expiresMillis(),
        "");
  }

  /** A login is good while its row is there and its user has the token that was shown. */
  private Visitor.User loggedIn(ClusterIdentity cluster, LoginCookie cookie) {
    record Found(LoginRows.Login login, IdentityRows.Account account) {}
    long now = nowMillis.getAsLong();
    return blocking
        .call(() ->
            store.read(handle ->
                LoginRows.find(handle, cookie.id())
                    .flatMap(login ->
                        IdentityRows.account(handle, login.account())
                            .map(account -> new Found(login, account)))))
        .filter(found ->
            cluster.isMac(
                    found.login().mac(), ClusterIdentity.Use.LOGIN, cookie.id(), cookie.secret())
                && now < found.login().untilMillis()
                && found.account().tokenId().equals(found.login().tokenId())
                && isIn(found.account(), now))
        .map(found -> user(found.account()).loggedIn(cookie.id(), found.login().untilMillis()))
        .orElseThrow(() ->
            new RequestRefused(
                401, Problem.UNAUTHENTICATED, "the login has ended", "log in again"));
  }

  private static boolean isIn(IdentityRows.Account account, long now) {
    return account.revokedMillis() == 0 && now < account.expiresMillis();
  }

  private static RequestRefused badToken() {
    return new RequestRefused(
        401,
        Problem.UNAUTHENTICATED,
        "no such token",
        "look whether it is mistyped, of another cluster, or was replaced by a newer one");
  }
}
