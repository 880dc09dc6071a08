package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.SeededRandom;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One secured connection, with the JDK's own sockets at the other end. */
final class TlsWireTest {
  private static final int PATIENCE_MILLIS = 60_000;

  private TestAuthority authority;
  private ServerSocketChannel server;
  private Socket under;
  private SSLSocket theirs;
  private TlsWire ours;

  @BeforeEach
  void connect() throws Exception {
    authority = new TestAuthority();
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    under = new Socket();
    under.connect(server.getLocalAddress(), PATIENCE_MILLIS);
    under.setSoTimeout(PATIENCE_MILLIS);
    SocketChannel accepted = server.accept();
    SSLContext context = authority.member("them");
    theirs = (SSLSocket) context.getSocketFactory().createSocket(under, "127.0.0.1", 1, false);
    SSLParameters parameters = theirs.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {TlsWire.APPLICATION});
    theirs.setSSLParameters(parameters);
    CompletableFuture<Boolean> shaken = new CompletableFuture<>();
    Thread shaking =
        Thread.ofPlatform()
            .start(() -> {
              try {
                theirs.startHandshake();
                shaken.complete(true);
              } catch (Exception e) {
                shaken.completeExceptionally(e);
              }
            });
    ours =
        TlsWire.open(
            accepted,
            authority.member("us"),
            false,
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS));
    assertThat(shaken.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    shaking.join();
  }

  @AfterEach
  void disconnect() throws Exception {
    ours.close();
    under.close();
    server.close();
  }

  @Test
  void theCertificateOfThePeerIsKnown() throws Exception {
    assertThat(ours.peer().getSubjectX500Principal().getName()).isEqualTo("CN=member-them");
  }

  @Test
  void anEndThatIsAnnouncedIsAnEnd() throws Exception {
    theirs.getOutputStream().write(new byte[] {1, 2, 3});
    theirs.shutdownOutput();
    ByteBuffer target = ByteBuffer.allocate(100);
    int got = ours.read(target);
    while (got >= 0) {
      got = ours.read(target);
    }
    assertThat(target.flip().remaining()).isEqualTo(3);
  }

  /** Whoever can cut the connection must not be able to say that the peer was done. */
  @Test
  void anEndThatIsNotAnnouncedIsAnError() throws Exception {
    theirs.getOutputStream().write(new byte[] {1, 2, 3});
    ByteBuffer target = ByteBuffer.allocate(3);
    while (target.hasRemaining()) {
      ours.read(target);
    }
    under.shutdownOutput();
    assertThatThrownBy(() -> ours.read(target.clear()))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("was not announced");
  }

  @Test
  void aRecordThatWasTamperedWithIsAnError() throws Exception {
    DataOutputStream raw = new DataOutputStream(under.getOutputStream());
    raw.write(new byte[] {23, 3, 3, 0, 32}); // application data, of 32 bytes that nobody encrypted
    raw.write(new byte[32]);
    raw.flush();
    assertThatThrownBy(() -> ours.read(ByteBuffer.allocate(100))).isInstanceOf(SSLException.class);
  }

  @Test
  void bytesComeAsTheyWereWhateverTheBuffers() throws Exception {
    byte[] sent = new byte[3_000_017];
    new SeededRandom(5).nextBytes(sent);
    CompletableFuture<byte[]> echoed = new CompletableFuture<>();
    Thread echo =
        Thread.ofPlatform()
            .start(() -> {
              try {
                byte[] got = theirs.getInputStream().readNBytes(sent.length);
                theirs.getOutputStream().write(got);
                echoed.complete(got);
              } catch (Exception e) {
                echoed.completeExceptionally(e);
              }
            });
    ByteBuffer phrase = ByteBuffer.wrap(sent, 0, 100_000);
    ByteBuffer direct = ByteBuffer.allocateDirect(sent.length - 100_000);
    direct.put(sent, 100_000, sent.length - 100_000).flip();
    ByteBuffer[] both = {phrase, direct};
    while (phrase.hasRemaining() || direct.hasRemaining()) {
      ours.write(both);
    }
    ByteBuffer back = ByteBuffer.allocateDirect(sent.length);
    for (int room = 1; back.position() < sent.length; room = (room * 7 + 1) % 70_001) {
      back.limit(Math.min(sent.length, back.position() + Math.max(1, room)));
      assertThat(ours.read(back)).isPositive();
    }
    byte[] came = new byte[sent.length];
    back.flip().get(came);
    assertThat(echoed.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(sent);
    assertThat(came).isEqualTo(sent);
    echo.join();
  }
}
