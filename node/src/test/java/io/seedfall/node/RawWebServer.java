package io.seedfall.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** A web server that writes its answers byte by byte, right or wrong. */
final class RawWebServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("(?i)range: bytes=([0-9]+)-([0-9]+)");

  /** What was asked for: a path and the first and last byte of a range, -1 without one. */
  record Asked(String path, int first, int last) {}

  /** Writes an answer; the connection is kept open after it, unless it throws. */
  interface Answer {
    void to(Asked asked, OutputStream out) throws IOException;
  }

  private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

  private final String scheme;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger answering = new AtomicInteger();
  private final AtomicInteger answeringMost = new AtomicInteger();
  private volatile Answer answer;

  RawWebServer(Answer answer) throws IOException {
    this(answer, "http", new ServerSocket(0, 50, ADDRESS));
  }

  /** The same over TLS, with the certificate of {@code tls}. */
  static RawWebServer secure(SSLContext tls, Answer answer) throws IOException {
    return new RawWebServer(
        answer, "https", tls.getServerSocketFactory().createServerSocket(0, 50, ADDRESS));
  }

  private RawWebServer(Answer answer, String scheme, ServerSocket server) {
    this.scheme = scheme;
    this.server = server;
    this.answer = answer;
    Thread.ofVirtual().start(this::run);
  }

  /** A right answer to a range of {@code content}. */
  static void part(byte[] content, Asked asked, OutputStream out) throws IOException {
    partAs(asked.first(), asked.last(), content, asked, out);
  }

  /** An answer that says that it is the bytes from first to last, and is. */
  static void partAs(int first, int last, byte[] content, Asked asked, OutputStream out)
      throws IOException {
    String head =
        "HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
            .formatted(last - first + 1, first, last, content.length);
    out.write(head.getBytes(ISO_8859_1));
    out.write(content, first, last - first + 1);
  }

  /** The whole file, range or not. */
  static void whole(byte[] content, OutputStream out) throws IOException {
    say("HTTP/1.1 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n", out);
    out.write(content);
  }

  /** These characters as bytes. */
  static void say(String bytes, OutputStream out) throws IOException {
    out.write(bytes.getBytes(ISO_8859_1));
  }

  static void status(int status, OutputStream out) throws IOException {
    say("HTTP/1.1 " + status + " Words\r\nContent-Length: 2\r\n\r\nno", out);
  }

  static void redirect(String to, OutputStream out) throws IOException {
    say("HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n", out);
  }

  void answers(Answer other) {
    answer = other;
  }

  /** Everything that was asked for so far. */
  List<Asked> asked() {
    return asked;
  }

  /** The most requests that were being answered at the same time. */
  int answeringMost() {
    return answeringMost.get();
  }

  String url() {
    return scheme + "://127.0.0.1:" + server.getLocalPort() + "/";
  }

  private void run() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // the test is over
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        OutputStream out = socket.getOutputStream()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Asked one = new Asked(line.split(" ", -1)[1], -1, -1);
        for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
          Matcher range = RANGE.matcher(header);
          if (range.matches()) {
            one =
                new Asked(
                    one.path(), Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
          }
        }
        asked.add(one);
        answeringMost.accumulateAndGet(answering.incrementAndGet(), Math::max);
        try {
          answer.to(one, out);
        } finally {
          answering.decrementAndGet();
        }
      }
    } catch (IOException e) {
      // the client went, the answer ends so, or the test is over
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
