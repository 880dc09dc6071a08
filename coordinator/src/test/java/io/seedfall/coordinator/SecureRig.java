package io.seedfall.coordinator;

import io.seedfall.control.CertificateView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.Role;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.UserRequest;
import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.Pem;
import io.seedfall.control.identity.Tls;
import io.seedfall.control.identity.UserCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A coordinator whose cluster has an identity, on a free loopback port, with clients of it. */
final class SecureRig implements AutoCloseable {
  static final long HOUR_MILLIS = 3_600_000;

  final Path state;
  final ClusterIdentity.Founded founded;
  final Coordinator coordinator;
  final SeedfallClient admin;
  private final List<AutoCloseable> opened = new ArrayList<>();

  SecureRig(Path state) throws IOException {
    this.state = state;
    Database database = new Database.Embedded(state);
    this.founded = ClusterIdentity.found(directory(), database);
    this.coordinator = start(state);
    this.admin = client(user(founded.token().text()));
  }

  static Coordinator start(Path state) throws IOException {
    return Coordinator.start(
        new CoordinatorSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new Database.Embedded(state),
            false,
            null,
            null,
            state.resolve(ClusterIdentity.DIRECTORY)));
  }

  Path directory() {
    return state.resolve(ClusterIdentity.DIRECTORY);
  }

  URI address() {
    return URI.create("https://127.0.0.1:" + coordinator.address().getPort());
  }

  ClientIdentity user(String token) {
    return new UserCredentials("somebody", "", founded.authority().hex(), token).identity();
  }

  /** A user of that role; gives his token. */
  String newUser(String name, Role role, String selector) throws ControlException {
    return admin.createUser(new UserRequest(name, role, selector, HOUR_MILLIS)).token();
  }

  /** Shows nothing, but knows the right coordinator. */
  ClientIdentity stranger() {
    return new ClientIdentity(Tls.client(null, trust(founded.authority())), "");
  }

  static ClusterTrust trust(Fingerprint authority) {
    return new ClusterTrust(authority, InstantSource.system());
  }

  SeedfallClient client(ClientIdentity identity) {
    SeedfallClient client = new SeedfallClient(CoordinatorAddresses.of(address()), identity);
    opened.add(client);
    return client;
  }

  // ---- agents -------------------------------------------------------------------------------

  JoinToken token(String agent, Map<String, String> labels) throws ControlException {
    return JoinToken.parse(admin.createToken(new TokenRequest(agent, labels, HOUR_MILLIS)).token());
  }

  static JoinRequest request(JoinToken token, KeyPair keys) {
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    return new JoinRequest(token.id(), token.secret(), publicKey, proof(keys, publicKey));
  }

  static String proof(KeyPair keys, String publicKey) {
    try {
      return Base64.getEncoder()
          .encodeToString(KeyBundle.sign(keys.getPrivate(), JoinRequest.proven(publicKey)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Key and certificate of an agent that has joined. */
  KeyBundle join(String agent, Map<String, String> labels) throws ControlException {
    KeyPair keys = KeyBundle.newKeys();
    CertificateView given = client(stranger()).join(request(token(agent, labels), keys));
    return bundle(given, keys);
  }

  static KeyBundle bundle(CertificateView given, KeyPair keys) {
    try {
      List<X509Certificate> chain = Pem.certificates(given.chain());
      return new KeyBundle(keys.getPrivate(), chain.getFirst(), chain.getLast());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  ClientIdentity agent(KeyBundle bundle) {
    return new ClientIdentity(Tls.client(new CurrentKey(bundle), trust(founded.authority())), "");
  }

  FakeAgent session(@Nullable ClientIdentity identity) {
    FakeAgent agent = new FakeAgent(address(), identity);
    opened.add(agent);
    return agent;
  }

  @Override
  public void close() {
    opened
        .reversed()
        .forEach(each -> {
          try {
            each.close();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    coordinator.close();
  }
}
