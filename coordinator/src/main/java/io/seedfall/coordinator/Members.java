package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.CertificateView;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.Names;
import io.seedfall.control.NewUserView;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.Selector;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.TokenView;
import io.seedfall.control.UserRequest;
import io.seedfall.control.UserView;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.Pem;
import io.seedfall.control.identity.Secrets;
import io.seedfall.control.identity.UserToken;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Lets agents and users in, and out again. All of it is rows, written by the leader, in one
 * transaction each; certificates are written here and never stored. Blocks; any thread.
 */
final class Members {
  /** So long an agent's certificate is valid; it asks for the next after two thirds of that. */
  static final long CERTIFICATE_MILLIS = 24L * 60 * 60_000;

  /** The longest life of a token. */
  static final long TTL_MILLIS_MAX = 366L * 24 * 60 * 60_000;

  /** The shortest. */
  static final long TTL_MILLIS_MIN = 1_000;

  /** The most agents that were ever let in. */
  static final int MEMBERS_MAX = 100_000;

  /** The most tokens to join that have not expired. */
  static final int TOKENS_MAX = 20_000;

  /** The most users. */
  static final int USERS_MAX = 1_000;

  /** The most characters of a public key or a proof, in Base64. */
  static final int KEY_CHARS_MAX = 512;

  /** What limits what; tests have smaller numbers. */
  record Bounds(int membersMax, int tokensMax, int usersMax) {
    static final Bounds DEFAULTS = new Bounds(MEMBERS_MAX, TOKENS_MAX, USERS_MAX);
  }

  private final ClusterIdentity identity;
  private final Supplier<Store> leading;
  private final LongSupplier nowMillis;
  private final Bounds bounds;

  /**
   * @param leading the store as the leader writes it; throws {@link RequestRefused} when this
   *     coordinator does not lead
   */
  Members(
      ClusterIdentity identity, Supplier<Store> leading, LongSupplier nowMillis, Bounds bounds) {
    this.identity = identity;
    this.leading = leading;
    this.nowMillis = nowMillis;
    this.bounds = bounds;
  }

  private <T> T write(Function<Handle, T> body) {
    return leading.get().change(body::apply);
  }

  // ---- agents -------------------------------------------------------------------------------

  /** A token for one agent; those that it had before are good for nothing any more. */
  TokenView createToken(TokenRequest request) {
    Map<String, String> labels = checkedLabels(request);
    checkTtl(request.ttlMillis());
    JoinToken token =
        new JoinToken(request.agent(), Secrets.newId(), Secrets.newSecret(), identity.authority());
    long now = nowMillis.getAsLong();
    long expiresMillis = now + request.ttlMillis();
    return write(handle -> {
      IdentityRows.dropTokens(handle, token.agent());
      if (IdentityRows.pruneTokens(handle, now) >= bounds.tokensMax()) {
        throw limitReached(bounds.tokensMax() + " tokens wait to be used");
      }
      if (IdentityRows.member(handle, token.agent()).isEmpty()
          && IdentityRows.memberCount(handle) >= bounds.membersMax()) {
        throw limitReached(bounds.membersMax() + " agents were let in");
      }
      IdentityRows.add(
          handle,
          new IdentityRows.JoinToken(
              token.id(), token.agent(), labels, mac(token), expiresMillis, 0, ""),
          now);
      return new TokenView(token.agent(), token.text(), expiresMillis);
    });
  }

  private static Map<String, String> checkedLabels(TokenRequest request) {
    try {
      Names.check("agent", request.agent());
      return Names.checkLabels(request.labels());
    } catch (IllegalArgumentException e) {
      throw RequestRefused.malformed(String.valueOf(e.getMessage()));
    }
  }

  private String mac(JoinToken token) {
    return identity.mac(ClusterIdentity.Use.JOIN_TOKEN, token.id(), token.agent(), token.secret());
  }

  /**
   * The first certificate of the agent for which the token was made. Asked again with the same
   * token and the same key it gives another, because an answer can be lost.
   */
  CertificateView join(JoinRequest request, String source) {
    PublicKey key = key(request.publicKey(), request.proof());
    String keyHash = sha256(request.publicKey());
    long now = nowMillis.getAsLong();
    return write(handle -> {
      IdentityRows.JoinToken token = IdentityRows.token(handle, request.tokenId()).orElse(null);
      boolean right =
          identity.isMac(
              token == null ? "" : token.mac(),
              ClusterIdentity.Use.JOIN_TOKEN,
              request.tokenId(),
              token == null ? "" : token.agent(),
              request.secret());
      if (token == null || !right) {
        throw badToken(
            "no such token to join: it is mistyped, of another cluster or expired long ago");
      }
      if (token.expiresMillis() <= now) {
        throw badToken("the token to join has expired");
      }
      if (!IdentityRows.use(handle, token.id(), keyHash, now) && !token.usedKey().equals(keyHash)) {
        throw badToken("the token to join was used already");
      }
      X509Certificate certificate = issue(key, token.agent(), now);
      IdentityRows.put(
          handle,
          new IdentityRows.Member(
              token.agent(),
              token.labels(),
              Certificates.serial(certificate),
              "",
              end(certificate),
              0),
          now);
      new AuditRows(identity)
          .add(
              handle,
              now,
              new AuditRows.Line(
                  0,
                  "token " + token.id(),
                  source,
                  "join",
                  Visitor.agentWho(token.agent()),
                  "done"));
      return view(token.agent(), token.labels(), certificate);
    });
  }

  /** A certificate, and when it ends. */
  record Issued(CertificateView view, long untilMillis) {}

  /** Its next certificate; the one that it shows stays good until it has expired. */
  Issued renew(Visitor.Agent agent, RenewRequest request) {
    PublicKey key = key(request.publicKey(), request.proof());
    long now = nowMillis.getAsLong();
    return write(handle -> {
      IdentityRows.Member member =
          IdentityRows.member(handle, agent.name())
              .filter(row -> row.has(agent.serial())) // it may have been revoked meanwhile
              .orElseThrow(() -> unknownName("agent", agent.name()));
      X509Certificate certificate = issue(key, member.name(), now);
      IdentityRows.put(
          handle,
          new IdentityRows.Member(
              member.name(),
              member.labels(),
              Certificates.serial(certificate),
              agent.serial(),
              end(certificate),
              0),
          now);
      return new Issued(view(member.name(), member.labels(), certificate), end(certificate));
    });
  }

  /**
   * For a user who seeds what he publishes: as long as his token is good, and no longer than an
   * agent's. No row knows of it; what he may do with it the passes say, and those have to be asked
   * for with the token.
   */
  CertificateView publisher(Visitor.User user, RenewRequest request) {
    PublicKey key = key(request.publicKey(), request.proof());
    long now = nowMillis.getAsLong();
    long lifeMillis = Math.min(CERTIFICATE_MILLIS, user.untilMillis() - now);
    X509Certificate certificate =
        Certificates.issue(
            identity.signer(),
            key,
            new PeerName.Publisher(user.name()),
            List.of(),
            now,
            lifeMillis);
    return view(user.name(), Map.of(), certificate);
  }

  /** No certificate of it is good any more, and no token. */
  void revokeAgent(String name) {
    long now = nowMillis.getAsLong();
    write(handle -> {
      IdentityRows.Member member =
          IdentityRows.member(handle, name).orElseThrow(() -> unknownName("agent", name));
      IdentityRows.dropTokens(handle, name);
      IdentityRows.put(handle, new IdentityRows.Member(name, member.labels(), "", "", 0, now), now);
      return true;
    });
  }

  private X509Certificate issue(PublicKey key, String agent, long now) {
    return Certificates.issue(
        identity.signer(), key, new PeerName.Agent(agent), List.of(), now, CERTIFICATE_MILLIS);
  }

  private CertificateView view(
      String name, Map<String, String> labels, X509Certificate certificate) {
    return new CertificateView(
        name, labels, Pem.text(certificate) + Pem.text(identity.signer().certificate()));
  }

  private static long end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toEpochMilli();
  }

  /** The key, when it is one and whoever asks has shown that it is his. */
  private static PublicKey key(String publicKey, String proof) {
    if (publicKey.length() <= KEY_CHARS_MAX && proof.length() <= KEY_CHARS_MAX) {
      try {
        Base64.Decoder base64 = Base64.getDecoder();
        PublicKey key =
            KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(base64.decode(publicKey)));
        if (KeyBundle.isTaken(key)
            && KeyBundle.verify(key, JoinRequest.proven(publicKey), base64.decode(proof))) {
          return key;
        }
      } catch (GeneralSecurityException | IllegalArgumentException _) {
        // the same answer
      }
    }
    throw RequestRefused.malformed(
        "publicKey, proof (expected: a key on the curve P-256, and a signature by it)");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  // ---- users --------------------------------------------------------------------------------

  /** A user, or a new token, role and selector for one. */
  NewUserView createUser(UserRequest request) {
    Selector selector;
    try {
      Names.check("name", request.name());
      selector = Selector.parse(request.selector());
    } catch (IllegalArgumentException e) {
      throw RequestRefused.malformed(String.valueOf(e.getMessage()));
    }
    checkTtl(request.ttlMillis());
    UserToken token = new UserToken(Secrets.newId(), Secrets.newSecret());
    long now = nowMillis.getAsLong();
    IdentityRows.Account account =
        new IdentityRows.Account(
            request.name(),
            request.role(),
            selector.toString(),
            token.id(),
            identity.mac(ClusterIdentity.Use.USER_TOKEN, token.id(), token.secret()),
            now + request.ttlMillis(),
            0);
    return write(handle -> {
      if (IdentityRows.account(handle, account.name()).isEmpty()
          && IdentityRows.accounts(handle).size() >= bounds.usersMax()) {
        throw limitReached("there are " + bounds.usersMax() + " users");
      }
      IdentityRows.put(handle, account, now);
      return new NewUserView(view(account), token.text(), identity.authority().hex());
    });
  }

  /** All of them, by name. */
  static List<UserView> users(Handle handle) {
    return IdentityRows.accounts(handle).stream().map(Members::view).toList();
  }

  /** Its token is good for nothing any more. */
  void revokeUser(String name) {
    long now = nowMillis.getAsLong();
    write(handle -> {
      IdentityRows.Account account =
          IdentityRows.account(handle, name).orElseThrow(() -> unknownName("user", name));
      IdentityRows.put(
          handle,
          new IdentityRows.Account(
              name,
              account.role(),
              account.selector(),
              account.tokenId(),
              account.mac(),
              account.expiresMillis(),
              now),
          now);
      return true;
    });
  }

  private static UserView view(IdentityRows.Account account) {
    return new UserView(
        account.name(),
        account.role(),
        account.selector(),
        account.expiresMillis(),
        account.revokedMillis() != 0);
  }

  private static void checkTtl(long ttlMillis) {
    if (ttlMillis < TTL_MILLIS_MIN || ttlMillis > TTL_MILLIS_MAX) {
      throw RequestRefused.malformed(
          "ttlMillis: "
              + ttlMillis
              + " (expected: "
              + TTL_MILLIS_MIN
              + " to "
              + TTL_MILLIS_MAX
              + ")");
    }
  }

  private static RequestRefused badToken(String why) {
    return new RequestRefused(403, Problem.BAD_TOKEN, why);
  }

  private static RequestRefused unknownName(String kind, String name) {
    return new RequestRefused(
        404, Problem.UNKNOWN_NAME, "no " + kind + " of the name " + name + " was let in");
  }

  private static RequestRefused limitReached(String what) {
    return new RequestRefused(409, Problem.LIMIT_REACHED, what + ", more is not allowed");
  }
}
