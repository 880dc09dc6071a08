package io.seedfall.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The smallest HTTP tracker that brings clients together (BEP 3, compact answers as in BEP 23): one
 * swarm, IPv4, everybody learns of everybody. It prints a line when a seed announces itself, which
 * is how the bench knows that a source is up.
 */
final class Tracker {
  /** More clients than this are not told to others. */
  static final int PEERS_MAX = 512;

  /** The line printed when somebody who has everything announces itself. */
  static final String SEED_LINE = "a seed announced itself";

  private static final int ADDRESS_BYTES = 6;
  private static final int INTERVAL_SECONDS = 2;

  private final Map<InetSocketAddress, Boolean> peers = new LinkedHashMap<>();

  /** Serves until the process ends. */
  void serve(InetSocketAddress listen) throws IOException, InterruptedException {
    HttpServer server = HttpServer.create(listen, 0);
    server.createContext("/announce", this::answer);
    server.start();
    System.out.println("tracker at " + server.getAddress());
    new CountDownLatch(1).await();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      byte[] body = announced(exchange.getRemoteAddress().getAddress(), query == null ? "" : query);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The answer to an announce from {@code from}; takes it into the list, or out of it. */
  synchronized byte[] announced(InetAddress from, String query) {
    int port = Math.clamp(number(query, "port"), 0, 65_535);
    InetSocketAddress peer = new InetSocketAddress(from, port);
    if (port == 0) {
      return BencodeEncoder.encode(
          BencodeDictionary.builder().put("failure reason", "no port").build());
    }
    if (query.contains("event=stopped")) {
      peers.remove(peer);
    } else if (peers.size() < PEERS_MAX || peers.containsKey(peer)) {
      boolean seed = number(query, "left") == 0;
      if (seed && !peers.getOrDefault(peer, false)) {
        System.out.println(SEED_LINE);
      }
      peers.put(peer, seed);
    }
    return BencodeEncoder.encode(
        BencodeDictionary.builder()
            .put("interval", INTERVAL_SECONDS)
            .put("min interval", INTERVAL_SECONDS)
            .put("peers", BencodeString.of(othersThan(peer)))
            .build());
  }

  private byte[] othersThan(InetSocketAddress peer) {
    ByteBuffer compact = ByteBuffer.allocate(peers.size() * ADDRESS_BYTES);
    for (InetSocketAddress other : peers.keySet()) {
      byte[] address = other.getAddress().getAddress();
      if (!other.equals(peer) && address.length == 4) {
        compact.put(address).putShort((short) other.getPort());
      }
    }
    byte[] bytes = new byte[compact.flip().remaining()];
    compact.get(bytes);
    return bytes;
  }

  /** The number of a parameter; -1 when it is not there or no number. */
  private static long number(String query, String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        String text = pair.substring(name.length() + 1);
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
      }
    }
    return -1;
  }
}
