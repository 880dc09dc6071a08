package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import io.seedfall.control.CertificateView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.Pem;
import io.seedfall.control.identity.Tls;
import io.seedfall.control.identity.UserCredentials;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Who a crowd is to a coordinator that lets members in: each agent has a token and a certificate of
 * its own, made through the interface that users and agents have. They share one key pair, which
 * saves making thousands and is all the same to the coordinator.
 */
final class CrowdMembers {
  private static final int JOINING_AT_ONCE = 4;
  private static final long TOKEN_MILLIS = 600_000;

  private final UserCredentials user;
  private final ClientIdentity identity;
  private final SSLContext tls;

  private CrowdMembers(UserCredentials user, SSLContext tls) {
    this.user = user;
    this.identity = user.identity();
    this.tls = tls;
  }

  /**
   * Lets them in.
   *
   * @param client of that user, an admin; the publisher of the crowd is his
   */
  static CrowdMembers letIn(
      SeedfallClient client, UserCredentials user, List<String> names, Map<String, String> labels)
      throws ControlException {
    KeyPair keys = KeyBundle.newKeys();
    Map<String, X509Certificate[]> chains = new ConcurrentHashMap<>();
    try (ExecutorService joining = Executors.newFixedThreadPool(JOINING_AT_ONCE)) {
      List<Future<X509Certificate[]>> all = new ArrayList<>();
      for (String name : names) {
        all.add(joining.submit(() -> joined(client, name, labels, keys)));
      }
      for (int each = 0; each < names.size(); each++) {
        chains.put(names.get(each), all.get(each).get());
      }
      return new CrowdMembers(user, context(user, new Keys(chains, keys.getPrivate())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + Tls.PROTOCOL, e);
    } catch (ExecutionException e) {
      throw new CommandFailure(ExitCode.FAILED, "an agent is not let in: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted while agents are let in", e);
    }
  }

  private static SSLContext context(UserCredentials user, Keys keys)
      throws GeneralSecurityException {
    ClusterTrust trust =
        new ClusterTrust(new Fingerprint(user.authority()), InstantSource.system());
    SSLContext context = SSLContext.getInstance(Tls.PROTOCOL);
    context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, new SecureRandom());
    return context;
  }

  private static X509Certificate[] joined(
      SeedfallClient client, String name, Map<String, String> labels, KeyPair keys)
      throws ControlException, GeneralSecurityException {
    JoinToken token =
        JoinToken.parse(client.createToken(new TokenRequest(name, labels, TOKEN_MILLIS)).token());
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    byte[] proof = KeyBundle.sign(keys.getPrivate(), JoinRequest.proven(publicKey));
    CertificateView given =
        client.join(
            new JoinRequest(
                token.id(), token.secret(), publicKey, Base64.getEncoder().encodeToString(proof)));
    return Pem.certificates(given.chain()).toArray(new X509Certificate[0]);
  }

  /** The name of the user's publisher with that number. */
  String publisher(int number) {
    return user.name() + "-" + number;
  }

  /** What the user shows. */
  ClientIdentity identity() {
    return identity;
  }

  /** One end of a connection of whoever has that name. */
  SSLEngine engine(String name, int port) {
    SSLEngine engine = tls.createSSLEngine(name, port);
    engine.setEnabledProtocols(new String[] {Tls.PROTOCOL});
    return engine;
  }

  /** Each shows the certificate of the name with which its engine was made; others none. */
  private static final class Keys extends X509ExtendedKeyManager {
    private final Map<String, X509Certificate[]> chains;
    private final PrivateKey key;

    Keys(Map<String, X509Certificate[]> chains, PrivateKey key) {
      this.chains = chains;
      this.key = key;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      String name = engine == null ? null : engine.getPeerHost();
      return name != null && chains.containsKey(name) ? name : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
      return alias == null ? null : chains.get(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
      return alias == null ? null : key;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
      return null;
    }
  }
}
