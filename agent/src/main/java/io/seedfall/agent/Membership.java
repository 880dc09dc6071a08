package io.seedfall.agent;

import io.seedfall.control.CertificateView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.Tls;
import io.seedfall.node.PeerSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's place in its cluster: joins with a token, keeps key and certificate in {@code
 * STATE/member.json}, and asks for the next certificate after about two thirds of each one's life.
 * The new one is used by every connection from then on; the session that stands stays. With a
 * coordinator that has no identity there is nothing of all that.
 */
final class Membership implements AutoCloseable {
  /** How often it is looked whether it is time for the next certificate. */
  private static final long LOOK_MILLIS = 30_000;

  /** Agents that have joined together ask apart: within so much of their certificate's life. */
  private static final double SPREAD = 0.1;

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final MemberFile file;
  private final LongSupplier nowMillis;
  private final long lookMillis;
  private final double asksAfter;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Joined joined;
  private @Nullable Thread renewing;

  /** What there is of one that has joined. */
  private record Joined(MemberFile.Content content, CurrentKey key) {}

  private Membership(MemberFile file, LongSupplier nowMillis, long lookMillis, long seed) {
    this.file = file;
    this.nowMillis = nowMillis;
    this.lookMillis = lookMillis;
    this.asksAfter = 2.0 / 3 - SPREAD * new Random(seed).nextDouble();
  }

  /**
   * The membership that an agent has, or gets with its token.
   *
   * @throws IOException in one line: the coordinators want a member and there is no token, the
   *     token is for another agent or good for nothing, the labels are not those of the member
   */
  static Membership open(Path state, AgentSettings settings, Surroundings surroundings)
      throws IOException {
    return open(state, settings, surroundings.nowMillis(), LOOK_MILLIS);
  }

  static Membership open(
      Path state, AgentSettings settings, LongSupplier nowMillis, long lookMillis)
      throws IOException {
    MemberFile file = new MemberFile(state);
    Membership membership =
        new Membership(
            file, nowMillis, lookMillis, Agent.ownSeed(settings.seed(), settings.name()));
    MemberFile.Content before = file.read();
    JoinToken token = token(settings, before);
    if (token != null && (before == null || !before.tokenId().equals(token.id()))) {
      before = membership.joined(token, settings, before);
    }
    if (before != null) {
      membership.begin(before, settings);
    } else if (settings.coordinators().first().getScheme().equals("https")) {
      throw new IOException(
          "the coordinator at %s lets members in: give a token with --join FILE ('seedfall token"
                  .formatted(settings.coordinators().first())
              + " create --agent "
              + settings.name()
              + "' prints one)");
    }
    return membership;
  }

  /** Its file may be gone once it was used. */
  private static @Nullable JoinToken token(
      AgentSettings settings, MemberFile.@Nullable Content before) throws IOException {
    Path from = settings.join();
    if (from == null || (before != null && Files.notExists(from))) {
      return null;
    }
    JoinToken token = JoinToken.read(from);
    if (!token.agent().equals(settings.name())) {
      throw new IOException(
          "the token in %s is for agent %s, and this one is %s"
              .formatted(from, token.agent(), settings.name()));
    }
    return token;
  }

  private void begin(MemberFile.Content content, AgentSettings settings) throws IOException {
    if (!content.name().equals(settings.name())) {
      throw new IOException(
          "the state directory belongs to agent %s: give agent %s its own"
              .formatted(content.name(), settings.name()));
    }
    Map<String, String> labels = content.labels();
    if (!settings.labels().isEmpty() && !settings.labels().equals(labels)) {
      throw new IOException(
          "--label %s: agent %s was let in with %s; leave --label out, or let it in anew"
              .formatted(settings.labels(), settings.name(), labels));
    }
    joined = new Joined(content, new CurrentKey(content.bundle()));
  }

  /** How it shows who it is. */
  ClientIdentity identity() {
    Joined member = joined;
    if (member == null) {
      return ClientIdentity.NONE;
    }
    Fingerprint authority = Fingerprint.of(member.key().bundle().authority());
    return new ClientIdentity(Tls.client(member.key(), new ClusterTrust(authority, clock())), "");
  }

  /** What its peers are shown and have to show; null where there is no identity. */
  @Nullable PassDesk passes(SeedfallClient coordinator) {
    Joined member = joined;
    return member == null
        ? null
        : new PassDesk(
            member.key().bundle().authority().getPublicKey(), coordinator::passes, nowMillis);
  }

  /** How its connections with peers are secured. */
  PeerSecurity security(@Nullable PassDesk passes) {
    Joined member = joined;
    return member == null || passes == null
        ? new PeerSecurity.Plain()
        : peers(member.key(), clock(), passes);
  }

  /** TLS with that key, and with members of its cluster alone. */
  static PeerSecurity peers(CurrentKey key, InstantSource clock, PassDesk passes) {
    Fingerprint authority = Fingerprint.of(key.bundle().authority());
    return new PeerSecurity.MutualTls(
        Tls.peer(key, ClusterTrust.amongPeers(authority, clock)), passes);
  }

  private InstantSource clock() {
    return () -> Instant.ofEpochMilli(nowMillis.getAsLong());
  }

  /** The labels with which it was let in; those of its settings when nobody is let in. */
  Map<String, String> labels(AgentSettings settings) {
    Joined member = joined;
    return member == null ? settings.labels() : member.content().labels();
  }

  /** Serial number of the certificate that is shown now; empty without. */
  String serial() {
    Joined member = joined;
    return member == null ? "" : member.key().bundle().certificate().getSerialNumber().toString(16);
  }

  /** When its certificate ends, epoch; {@link Long#MAX_VALUE} where there are none. Any thread. */
  long untilMillis() {
    Joined member = joined;
    return member == null
        ? Long.MAX_VALUE
        : member.key().bundle().certificate().getNotAfter().toInstant().toEpochMilli();
  }

  // ---- joining ------------------------------------------------------------------------------

  /** A member that has a token it cannot use goes on as it is. */
  private MemberFile.Content joined(
      JoinToken token, AgentSettings settings, MemberFile.@Nullable Content before)
      throws IOException {
    KeyPair keys = KeyBundle.newKeys();
    String publicKey = Proofs.text(keys);
    ClientIdentity asking =
        new ClientIdentity(Tls.client(null, new ClusterTrust(token.authority(), clock())), "");
    try (SeedfallClient client = client(settings.coordinators(), asking)) {
      CertificateView given =
          client.join(new JoinRequest(token.id(), token.secret(), publicKey, Proofs.proof(keys)));
      MemberFile.Content content =
          checked(given, keys, token.agent(), token.authority(), token.id());
      file.write(content);
      LOG.info("joined the cluster {} as {}", token.authority(), token.agent());
      return content;
    } catch (ControlException e) {
      String why = "cannot join the cluster: " + e.why();
      if (before == null) {
        throw new IOException(why, e);
      }
      LOG.warn("{}; going on as the member that it is", why);
      return before;
    }
  }

  private static SeedfallClient client(CoordinatorAddresses coordinators, ClientIdentity asking)
      throws IOException {
    try {
      return new SeedfallClient(coordinators, asking);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** What the coordinator gives has to be what we asked for. */
  private static MemberFile.Content checked(
      CertificateView given, KeyPair keys, String name, Fingerprint authority, String tokenId)
      throws IOException {
    try {
      MemberFile.Content content = MemberFile.Content.of(given, keys.getPrivate(), tokenId);
      KeyBundle bundle = content.bundle();
      if (given.name().equals(name)
          && PeerName.of(bundle.certificate()).equals(new PeerName.Agent(name))
          && Fingerprint.of(bundle.authority()).equals(authority)) {
        return content;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the coordinator gave no certificate of this agent's key", e);
    }
    throw new IOException("the coordinator gave a certificate of another name or cluster");
  }

  // ---- the next certificate -----------------------------------------------------------------

  /** Asks for certificates from now on; at once when the one it has is old. */
  void keepRenewed(CoordinatorAddresses coordinators) {
    Joined member = joined;
    if (member != null) {
      renewing =
          Thread.ofVirtual()
              .name("seedfall-member")
              .start(() -> askAgain(member, coordinators, identity()));
    }
  }

  private void askAgain(Joined member, CoordinatorAddresses coordinators, ClientIdentity identity) {
    String said = "";
    try (SeedfallClient client = new SeedfallClient(coordinators, identity)) {
      do {
        if (isDue(member.key().bundle())) {
          String trouble = renewed(member, client);
          if (!trouble.isEmpty() && !trouble.equals(said)) {
            LOG.warn("no next certificate yet, trying again: {}", trouble);
          }
          said = trouble;
        }
      } while (!closing.await(lookMillis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDue(KeyBundle bundle) {
    long from = bundle.certificate().getNotBefore().toInstant().toEpochMilli();
    long to = bundle.certificate().getNotAfter().toInstant().toEpochMilli();
    return nowMillis.getAsLong() >= from + (long) ((to - from) * asksAfter);
  }

  /** What is in the way; empty when it has another certificate. */
  private String renewed(Joined member, SeedfallClient client) {
    KeyPair keys = KeyBundle.newKeys();
    String publicKey = Proofs.text(keys);
    MemberFile.Content before = member.content();
    try {
      CertificateView given = client.renew(new RenewRequest(publicKey, Proofs.proof(keys)));
      MemberFile.Content content =
          checked(
              given,
              keys,
              before.name(),
              Fingerprint.of(member.key().bundle().authority()),
              before.tokenId());
      file.write(content);
      member.key().replace(content.bundle());
      LOG.info("has another certificate, {}", serial());
      return "";
    } catch (ControlException e) {
      return e.why();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() {
    closing.countDown();
    Thread thread = renewing;
    if (thread != null) {
      thread.interrupt(); // it may wait for a coordinator that is away
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
