package io.seedfall.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An HTTP tracker without our codec: it notes each query and answers with what it was told. */
final class RawTracker implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
  private final BlockingQueue<Map<String, String>> queries = new LinkedBlockingQueue<>();
  private volatile String answer;

  /** {@code answer} is all that it says, the status line included; characters are bytes. */
  RawTracker(String answer) throws IOException {
    this.answer = answer;
    Thread.ofVirtual().start(this::run);
  }

  /** One that answers with this dictionary. */
  static RawTracker saying(String dictionary) throws IOException {
    return new RawTracker(ok(dictionary));
  }

  static String ok(String dictionary) {
    return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        .formatted(dictionary.length(), dictionary);
  }

  /** A dictionary that names one peer of 127.0.0.1. */
  static String naming(int port) {
    return "d8:intervali300e5:peers6:\u007f\0\0\1" + (char) (port >> 8) + (char) (port & 255) + "e";
  }

  void say(String dictionary) {
    answer = ok(dictionary);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/announce";
  }

  private void run() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept();
          BufferedReader in =
              new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
          OutputStream out = socket.getOutputStream()) {
        String line = in.readLine();
        if (line == null) {
          continue; // the client thought better of it
        }
        for (String header = in.readLine(); header != null && !header.isEmpty(); ) {
          header = in.readLine();
        }
        Map<String, String> query = new TreeMap<>();
        int begin = line.indexOf('?');
        for (String part : line.substring(begin + 1, line.lastIndexOf(' ')).split("&", -1)) {
          query.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        queries.add(query);
        out.write(answer.getBytes(ISO_8859_1));
      } catch (IOException e) {
        // the client went, or the test is over
      }
    }
  }

  /** The next query that it gets, in order. */
  Map<String, String> await() throws InterruptedException {
    Map<String, String> query = queries.poll(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (query == null) {
      throw new AssertionError("nobody asked");
    }
    return query;
  }

  /** How many queries nobody has looked at. */
  int waiting() {
    return queries.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
