package io.seedfall.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.seedfall.control.CertificateView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.PassRequest;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.Pem;
import io.seedfall.control.identity.Tls;
import io.seedfall.protocol.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A peer that says its bytes by hand, in the clear or as a member of a cluster. */
final class PeerByHand implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int PIECE = 7;

  /** One that was let in by a coordinator, and has a key and a certificate. */
  record Member(CoordinatorAddresses coordinator, KeyBundle bundle) {
    static Member join(CoordinatorAddresses coordinator, Path tokenFile) throws Exception {
      JoinToken token = JoinToken.read(tokenFile);
      ClusterTrust trust = new ClusterTrust(token.authority(), InstantSource.system());
      KeyPair keys = KeyBundle.newKeys();
      String key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
      byte[] proof = KeyBundle.sign(keys.getPrivate(), JoinRequest.proven(key));
      try (SeedfallClient stranger =
          new SeedfallClient(coordinator, new ClientIdentity(Tls.client(null, trust), ""))) {
        CertificateView given =
            stranger.join(
                new JoinRequest(
                    token.id(), token.secret(), key, Base64.getEncoder().encodeToString(proof)));
        List<X509Certificate> chain = Pem.certificates(given.chain());
        return new Member(
            coordinator, new KeyBundle(keys.getPrivate(), chain.getFirst(), chain.getLast()));
      }
    }

    /** What the coordinator gives it for that content. */
    String pass(String infoHash) throws Exception {
      Fingerprint authority = Fingerprint.of(bundle.authority());
      ClusterTrust trust = new ClusterTrust(authority, InstantSource.system());
      try (SeedfallClient client =
          new SeedfallClient(
              coordinator, new ClientIdentity(Tls.client(new CurrentKey(bundle), trust), ""))) {
        return client.passes(new PassRequest(List.of(infoHash))).passes().getFirst();
      }
    }

    PeerByHand dial(Endpoint peer) throws IOException {
      Fingerprint authority = Fingerprint.of(bundle.authority());
      SSLSocket socket =
          (SSLSocket)
              Tls.peer(
                      new CurrentKey(bundle),
                      ClusterTrust.amongPeers(authority, InstantSource.system()))
                  .getSocketFactory()
                  .createSocket(connected(peer), peer.address(), peer.port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"seedfall-peer/1"});
      socket.setSSLParameters(parameters);
      return new PeerByHand(socket);
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  private PeerByHand(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  static PeerByHand plain(Endpoint peer) throws IOException {
    return new PeerByHand(connected(peer));
  }

  private static Socket connected(Endpoint peer) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(
        new InetSocketAddress(InetAddress.ofLiteral(peer.address()), peer.port()), PATIENCE_MILLIS);
    return socket;
  }

  /** A pass, if there is one to show, and the handshake of a client without extensions. */
  void greet(String infoHash, @Nullable String pass) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (pass != null) {
      bytes.write(pass.length() >> 8);
      bytes.write(pass.length());
      bytes.write(pass.getBytes(US_ASCII));
    }
    bytes.write(19);
    bytes.write("BitTorrent protocol".getBytes(US_ASCII));
    bytes.write(new byte[] {0, 0, 0, 0, 0, 0, 0, 4});
    bytes.write(Arrays.copyOf(HexFormat.of().parseHex(infoHash), 20));
    bytes.write("-XX0001-000000000009".getBytes(US_ASCII));
    out.write(bytes.toByteArray());
    out.flush();
  }

  /** Their handshake, behind their pass. */
  byte[] readGreeting() throws IOException {
    in.readFully(new byte[in.readUnsignedShort()]);
    return read(68);
  }

  /** So many bytes; fewer when the other side hangs up before. */
  byte[] read(int count) {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        got.write(next);
        if (got.size() == count) {
          break;
        }
      }
    } catch (IOException _) {
      return got.toByteArray(); // cut off
    }
    return got.toByteArray();
  }

  /** Says that it has nothing and wants something, and asks when it may; until they hang up. */
  boolean wasSentAPieceWhenItAsked() {
    try {
      out.write(new byte[] {0, 0, 0, 1, 15, 0, 0, 0, 1, 2});
      out.flush();
      while (true) {
        byte[] message = in.readNBytes(in.readInt());
        if (message.length > 0 && message[0] == PIECE) {
          return true;
        }
        if (message.length > 0 && message[0] == 1) { // UNCHOKE
          out.write(new byte[] {0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0});
          out.flush();
        }
      }
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
