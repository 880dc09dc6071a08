package io.seedfall.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's side of the wire, written by hand for tests: RFC 6455 on the session's path,
 * and metainfo under its path. It shares no code with the client it tests.
 */
public final class HandMadeCoordinator implements AutoCloseable {
  private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int WAIT_SECONDS = 60;

  private final ServerSocket server;
  private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> metainfo = new ConcurrentHashMap<>();
  private final Map<Long, byte[]> roots = new ConcurrentHashMap<>();
  private volatile String instead = "";

  private HandMadeCoordinator(ServerSocket server) {
    this.server = server;
  }

  /** Listens on a free port of the loopback. */
  public static HandMadeCoordinator start() throws IOException {
    return start(0);
  }

  /** Listens on a port that an earlier one had. */
  public static HandMadeCoordinator start(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    HandMadeCoordinator coordinator = new HandMadeCoordinator(server);
    Thread.ofVirtual().start(coordinator::acceptAll);
    return coordinator;
  }

  /** Where it is. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** The next session that was opened. */
  public Session session() throws InterruptedException {
    Session next = sessions.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody opened a session");
    }
    return next;
  }

  /** From now on opens no session, and sends whoever asks for one to the coordinator there. */
  public void follow(URI leader) {
    instead = "421 Misdirected Request\r\nLocation: " + leader + ControlApi.SESSION;
  }

  /** From now on opens no session, because nobody leads. */
  public void followNobody() {
    instead = "503 Service Unavailable";
  }

  /** Opens sessions again. */
  public void lead() {
    instead = "";
  }

  /** Gives out these bytes for this info-hash from now on. */
  public void serveMetainfo(String infoHash, byte[] bytes) {
    metainfo.put(infoHash, bytes);
  }

  /** Gives out this document when the root of that version is asked for; null for none. */
  public void serveRoot(long version, byte @Nullable [] document) {
    if (document == null) {
      roots.remove(version);
    } else {
      roots.put(version, document);
    }
  }

  /** The bytes that were given to us for this info-hash, or that we serve. */
  public byte @Nullable [] storedMetainfo(String infoHash) {
    return metainfo.get(infoHash);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // close() was called
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String head = head(in);
      String path = head.split(" ", 3)[1];
      if (path.equals(ControlApi.SESSION) && !instead.isEmpty()) {
        answer(socket, instead, new byte[0]);
      } else if (path.equals(ControlApi.SESSION)) {
        upgrade(socket, head);
        Session session = new Session(socket);
        sessions.add(session);
        session.readAll(new DataInputStream(in));
      } else if (path.startsWith(ControlApi.METAINFO + "/")) {
        metainfo(socket, in, head, path.substring(ControlApi.METAINFO.length() + 1));
      } else if (path.startsWith(ControlApi.ROOTS + "/")) {
        root(socket, roots.get(Long.parseLong(path.substring(ControlApi.ROOTS.length() + 1))));
      } else {
        answer(socket, "404 Not Found", new byte[0]);
      }
    } catch (IOException gone) {
      // so is this connection
    } finally {
      open.remove(socket);
    }
  }

  private void metainfo(Socket socket, InputStream in, String head, String infoHash)
      throws IOException {
    if (head.startsWith("PUT ")) {
      metainfo.put(infoHash, in.readNBytes(Integer.parseInt(header(head, "Content-Length"))));
      answer(socket, "204 No Content", new byte[0]);
      return;
    }
    byte[] bytes = metainfo.get(infoHash);
    if (bytes == null) {
      String problem = "{\"code\":\"unknown_metainfo\",\"detail\":\"nobody stored it\"}";
      answer(socket, "404 Not Found", problem.getBytes(StandardCharsets.UTF_8));
    } else {
      answer(socket, "200 OK", bytes);
    }
  }

  private static void root(Socket socket, byte @Nullable [] document) throws IOException {
    String status = document == null ? "404 Not Found" : "200 OK";
    String body =
        document == null
            ? "{\"code\":\"unknown_root\",\"message\":\"there is none\"}"
            : "{\"document\":\"" + Base64.getEncoder().encodeToString(document) + "\"}";
    answer(socket, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(Socket socket, String status, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\n";
    out.write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  private static void upgrade(Socket socket, String head) throws IOException {
    byte[] digest;
    try {
      digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (header(head, "Sec-WebSocket-Key") + ACCEPT_SALT)
                      .getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(digest)
            + "\r\n\r\n";
    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  private static String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        return line.substring(name.length() + 1).strip();
      }
    }
    throw new AssertionError("no header " + name + " in " + head);
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed in the head");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  /** One open WebSocket. */
  public static final class Session {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket;
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private volatile boolean silent;

    private Session(Socket socket) {
      this.socket = socket;
    }

    /** The next text message; heartbeats are passed over. */
    public String receive() throws InterruptedException {
      long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
      while (System.nanoTime() < untilNanos) {
        String text = receiveAny();
        if (!text.contains("\"type\":\"heartbeat\"")) {
          return text;
        }
      }
      throw new AssertionError("the agent said nothing but that it lives");
    }

    /** The next text message, whatever it is. */
    public String receiveAny() throws InterruptedException {
      String text = texts.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("the agent said nothing");
      }
      return text;
    }

    /** How many messages came and were not taken yet. */
    public int waiting() {
      return texts.size();
    }

    /** Sends a text message in one frame. */
    public void send(String text) throws IOException {
      frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a text message in many frames. */
    public void sendInPieces(String text, int pieceBytes) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int at = 0; at < bytes.length; at += pieceBytes) {
        int end = Math.min(bytes.length, at + pieceBytes);
        int opcode = (at == 0 ? TEXT : 0) | (end == bytes.length ? 0x80 : 0);
        frame(opcode, java.util.Arrays.copyOfRange(bytes, at, end));
      }
    }

    /** Welcome, with this heartbeat, in the first epoch. */
    public void welcome(int heartbeatMillis) throws IOException {
      welcome(heartbeatMillis, 1);
    }

    /** Welcome, with this heartbeat and in this epoch. */
    public void welcome(int heartbeatMillis, long epoch) throws IOException {
      send(
          "{\"type\":\"welcome\",\"coordinator\":\"hand-made\",\"heartbeatMillis\":"
              + heartbeatMillis
              + ",\"epoch\":"
              + epoch
              + "}");
    }

    /** Sends bytes as a binary message. */
    public void sendBinary(byte[] bytes) throws IOException {
      frame(0x82, bytes);
    }

    /** From now on pings stay without an answer. */
    public void fallSilent() {
      silent = true;
    }

    /** Cuts the connection without a word. */
    public void cut() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    private void readAll(DataInputStream in) throws IOException {
      StringBuilder text = new StringBuilder();
      while (true) {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int length = second & 0x7f;
        if (length == 126) {
          length = in.readUnsignedShort();
        } else if (length == 127) {
          length = Math.toIntExact(in.readLong());
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
          payload[i] ^= mask[i & 3];
        }
        switch (first & 0x0f) {
          case CLOSE -> {
            frame(0x80 | CLOSE, payload);
            return;
          }
          case PING -> {
            if (!silent) {
              frame(0x80 | PONG, payload);
            }
          }
          case PONG -> {}
          default -> {
            text.append(new String(payload, StandardCharsets.UTF_8));
            if ((first & 0x80) != 0) {
              texts.add(text.toString());
              text.setLength(0);
            }
          }
        }
      }
    }

    private synchronized void frame(int first, byte[] payload) throws IOException {
      OutputStream out = socket.getOutputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      head.write(first);
      if (payload.length < 126) {
        head.write(payload.length);
      } else if (payload.length < 65_536) {
        head.write(126);
        head.write(payload.length >> 8);
        head.write(payload.length);
      } else {
        head.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          head.write((int) ((long) payload.length >> shift));
        }
      }
      head.write(payload);
      out.write(head.toByteArray());
      out.flush();
    }
  }
}
