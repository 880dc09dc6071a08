package io.seedfall.node;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A peer that writes its bytes by hand, as the BEPs order them, without any of our code. */
final class RawPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  final Socket socket;
  final DataInputStream in;
  final DataOutputStream out;

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  static RawPeer dial(Node node) throws IOException {
    Socket socket = new Socket();
    socket.connect(node.listenAddress(), PATIENCE_MILLIS);
    return new RawPeer(socket);
  }

  static RawPeer accept(ServerSocket server) throws IOException {
    server.setSoTimeout(PATIENCE_MILLIS);
    return new RawPeer(server.accept());
  }

  static ServerSocket listen() throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    return server;
  }

  static byte[] handshake(byte[] truncatedInfoHash, int reserved5, int reserved7, String peerId)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(19);
    bytes.write("BitTorrent protocol".getBytes(StandardCharsets.US_ASCII));
    bytes.write(new byte[] {0, 0, 0, 0, 0, (byte) reserved5, 0, (byte) reserved7});
    bytes.write(truncatedInfoHash);
    bytes.write(peerId.getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  /** A client that speaks BEP 6 but no extensions: served and used as foreign. */
  void greetAsForeign(byte[] truncatedInfoHash, String peerId) throws IOException {
    send(handshake(truncatedInfoHash, 0, 0x04, peerId));
  }

  void send(byte[] bytes) throws IOException {
    OutputStream stream = socket.getOutputStream();
    stream.write(bytes);
    stream.flush();
  }

  /** Reads the 68 bytes of the other side's handshake. */
  byte[] readHandshake() throws IOException {
    return in.readNBytes(68);
  }

  /** A message without payload. */
  void say(int id) throws IOException {
    out.writeInt(1);
    out.writeByte(id);
    out.flush();
  }

  /** A message with one number. */
  void say(int id, int number) throws IOException {
    out.writeInt(5);
    out.writeByte(id);
    out.writeInt(number);
    out.flush();
  }

  /** REQUEST (6), CANCEL (8). */
  void say(int id, int piece, int offset, int length) throws IOException {
    out.writeInt(13);
    out.writeByte(id);
    out.writeInt(piece);
    out.writeInt(offset);
    out.writeInt(length);
    out.flush();
  }

  /** PIECE with its block. */
  void sayPiece(int piece, int offset, byte[] block) throws IOException {
    out.writeInt(9 + block.length);
    out.writeByte(7);
    out.writeInt(piece);
    out.writeInt(offset);
    out.write(block);
    out.flush();
  }

  /** The next message: its id and then its payload; an empty array is a keep-alive. */
  byte[] readMessage() throws IOException {
    return in.readNBytes(in.readInt());
  }

  /** Passes over messages until one has that id. */
  byte[] readUntil(int id) throws IOException {
    byte[] message = readMessage();
    while (message.length == 0 || message[0] != id) {
      message = readMessage();
    }
    return message;
  }

  /** Whether the other side closes, whatever it still says before. */
  boolean isClosedByThem() {
    byte[] sink = new byte[4096];
    try {
      int got = in.read(sink);
      while (got >= 0) {
        got = in.read(sink);
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
