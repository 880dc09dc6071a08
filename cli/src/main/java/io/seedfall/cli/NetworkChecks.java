package io.seedfall.cli;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ThisMachine;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What a doctor looks at on the network: ports, coordinators, clocks, packet sizes, neighbours.
 *
 * @param patience how long one of them may take to answer
 */
record NetworkChecks(Duration patience) {
  /** The most neighbours that are tried. */
  static final int NEIGHBOURS_MAX = 20;

  /** The most of those that are named when they cannot be reached. */
  private static final int NAMED_MAX = 3;

  /** More than a packet of any link, less than a server's limit for the head of a request. */
  private static final int LARGE_REQUEST_CHARS = 6_000;

  private static final long CLOCK_SECONDS_USUAL = 5;
  private static final long CLOCK_SECONDS_MAX = 60;
  private static final int MTU_LEAST = 1_280;
  private static final int MTU_USUAL = 1_500;

  // ---- ports --------------------------------------------------------------------------------

  /** Whether one can listen there. */
  Finding port(@Nullable InetSocketAddress listen) {
    if (listen == null || listen.getPort() == 0) {
      return Finding.ok("port", "any free one is taken");
    }
    String at = ListenAddress.text(listen);
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(listen);
      return Finding.ok("port", at + " is free");
    } catch (BindException e) {
      if (connects(listen) >= 0) {
        return Finding.warn(
            "port", at + " is taken", "fine if by the daemon itself, else name another --listen");
      }
      return Finding.fail(
          "port",
          at + ": " + e.getMessage(),
          "name an address of this machine, and a port of 1024 or above");
    } catch (IOException e) {
      return Finding.fail("port", at + ": " + e.getMessage(), "name another --listen");
    }
  }

  /** How many milliseconds it took to connect, -1 when it did not work. */
  private long connects(InetSocketAddress to) {
    long began = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(to, (int) patience.toMillis());
      return Duration.ofNanos(System.nanoTime() - began).toMillis();
    } catch (IOException _) {
      return -1;
    }
  }

  // ---- coordinators -------------------------------------------------------------------------

  /** One coordinator: reached, its clock, and packets of every size. */
  List<Finding> coordinator(URI at, ClientIdentity identity) throws InterruptedException {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(patience);
    if (identity.tls() != null) {
      builder.sslContext(identity.tls());
    }
    List<Finding> findings = new ArrayList<>();
    try (HttpClient http = builder.build()) {
      Instant asked = Instant.now();
      HttpResponse<byte[]> answer = get(http, at, ControlApi.STATUS, identity);
      Instant answered = Instant.now();
      findings.add(
          answer.statusCode() < 400
              ? Finding.ok("coordinator", at + " answers")
              : Finding.warn(
                  "coordinator",
                  at + " answers with status " + answer.statusCode(),
                  "see whether the credentials are still good, and that it is a coordinator"));
      findings.add(clock(answer.headers().firstValue("Date").orElse(""), asked, answered));
      findings.add(largePackets(http, at, identity));
      http.shutdownNow();
    } catch (IOException e) {
      findings.add(
          Finding.fail(
              "coordinator",
              at + " cannot be reached: " + words(e),
              "start it, open its port in the firewall, or name another with --coordinator"));
    }
    findings.add(mtu(at));
    return findings;
  }

  private HttpResponse<byte[]> get(HttpClient http, URI at, String path, ClientIdentity identity)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(at.resolve(path)).timeout(patience);
    if (!identity.bearer().isEmpty()) {
      request.header(ClientIdentity.HEADER, identity.bearer());
    }
    return http.send(
        request.build(),
        BodyHandlers.limiting(BodyHandlers.ofByteArray(), ControlApi.ANSWER_BYTES_MAX));
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? "nobody listens there" : e.getMessage();
  }

  /** How far the clock of this machine is from the coordinator's. */
  static Finding clock(String date, Instant asked, Instant answered) {
    Instant there;
    try {
      there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException _) {
      return Finding.skip("clock", "the coordinator does not tell the time");
    }
    // It tells whole seconds, and any moment between the two may be the one that it means.
    long behind = Duration.between(answered, there).toSeconds();
    long ahead = Duration.between(there.plusSeconds(1), asked).toSeconds();
    long seconds = Math.max(0, Math.max(behind, ahead));
    String what =
        "is %d s %s the coordinator's".formatted(seconds, behind > ahead ? "behind" : "ahead of");
    String action = "let NTP set it (chronyc tracking, timedatectl)";
    if (seconds > CLOCK_SECONDS_MAX) {
      return Finding.fail("clock", what, action + ": certificates and signatures expire by it");
    }
    return seconds > CLOCK_SECONDS_USUAL
        ? Finding.warn("clock", what, action)
        : Finding.ok("clock", "is that of the coordinator, as far as whole seconds tell");
  }

  /** Where a smaller packet size on the way is not told, small answers come and large ones hang. */
  private Finding largePackets(HttpClient http, URI at, ClientIdentity identity)
      throws InterruptedException {
    String action =
        "a link on the way drops large packets: compare the MTU of all of them, and let ICMP through";
    try {
      int bytes = get(http, at, ControlApi.OPENAPI, identity).body().length;
      get(http, at, ControlApi.STATUS + "?x=" + "x".repeat(LARGE_REQUEST_CHARS), identity);
      return Finding.ok(
          "packets",
          "%s came and %s went in packets of full size"
              .formatted(Quantity.bytesText(bytes), Quantity.bytesText(LARGE_REQUEST_CHARS)));
    } catch (IOException e) {
      return Finding.fail(
          "packets", "small answers of " + at + " come, large ones do not: " + words(e), action);
    }
  }

  /** The packet size of the card that leads there. */
  private static Finding mtu(URI at) {
    try {
      InetAddress own = ThisMachine.addressTowards(at.getHost());
      NetworkInterface card =
          own.isLoopbackAddress()
              ? NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"))
              : NetworkInterface.getByInetAddress(own);
      return card == null
          ? Finding.skip("mtu", "no card has the address " + own.getHostAddress())
          : mtu(card.getName(), card.getMTU());
    } catch (IOException e) {
      return Finding.fail(
          "mtu", "no way leads to " + at + ": " + e.getMessage(), "look at the routes: ip route");
    }
  }

  static Finding mtu(String card, int bytes) {
    String what = card + " towards the coordinator has " + bytes;
    if (bytes < MTU_LEAST) {
      return Finding.fail(
          "mtu", what, "set at least " + MTU_USUAL + ": ip link set " + card + " mtu");
    }
    return bytes < MTU_USUAL
        ? Finding.warn("mtu", what, "fine for a tunnel; else set " + MTU_USUAL)
        : Finding.ok("mtu", what);
  }

  // ---- neighbours ---------------------------------------------------------------------------

  /** Whether the peers' ports of other agents can be reached from here: some of all, spread. */
  Finding neighbours(List<AgentView> agents, String self) throws InterruptedException {
    List<AgentView> others =
        agents.stream()
            .filter(agent -> agent.kind() == AgentKind.AGENT && agent.connected())
            .filter(agent -> !agent.name().equals(self) && !agent.endpoint().isEmpty())
            .toList();
    if (others.isEmpty()) {
      return Finding.skip("neighbours", "no other agent is connected to the coordinator");
    }
    int tried = Math.min(NEIGHBOURS_MAX, others.size());
    List<String> away = new ArrayList<>();
    long slowest = 0;
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      List<AgentView> some = new ArrayList<>();
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 0; i < tried; i++) {
        AgentView each = others.get((int) ((long) i * others.size() / tried));
        some.add(each);
        answers.add(all.submit(() -> connects(ListenAddress.parse(each.endpoint()))));
      }
      for (int i = 0; i < tried; i++) {
        long millis = answers.get(i).get();
        slowest = Math.max(slowest, millis);
        if (millis < 0) {
          away.add(some.get(i).name() + " at " + some.get(i).endpoint());
        }
      }
    } catch (ExecutionException e) {
      return Finding.fail("neighbours", "an endpoint that is no address: " + e.getMessage(), "");
    }
    if (away.isEmpty()) {
      return Finding.ok(
          "neighbours",
          "%d of %d tried, all reached, the slowest in %d ms"
              .formatted(tried, others.size(), slowest));
    }
    String what =
        "%d of %d cannot be reached: %s%s"
            .formatted(
                away.size(),
                tried,
                String.join(", ", away.subList(0, Math.min(NAMED_MAX, away.size()))),
                away.size() > NAMED_MAX ? " ..." : "");
    return Finding.fail(
        "neighbours", what, "open the agents' port between all machines (--listen names it)");
  }
}
