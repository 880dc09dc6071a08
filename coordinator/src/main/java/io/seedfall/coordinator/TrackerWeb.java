package io.seedfall.coordinator;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.seedfall.protocol.IpAddress;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.HttpTracker;
import io.seedfall.protocol.tracker.Parsed;
import io.seedfall.protocol.tracker.ScrapeResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tracker's HTTP side: {@code /announce} and {@code /scrape}. What is refused is said in the
 * body, with the status 200, as clients expect of trackers. Web pages are turned away as the
 * coordinator's own server does it; BitTorrent clients send no Origin.
 *
 * <p>A client is where its request comes from: {@code ip}, {@code ipv4} and {@code ipv6} in the
 * query are not looked at, because anybody could name anybody with them.
 */
final class TrackerWeb implements AutoCloseable {
  private static final String BUSY = "too many requests";

  private final Javalin javalin;
  private final InetSocketAddress address;

  private TrackerWeb(Javalin javalin, InetSocketAddress address) {
    this.javalin = javalin;
    this.address = address;
  }

  /**
   * Listens.
   *
   * @throws BindException in words, when the address is taken or is not of this machine
   */
  static TrackerWeb start(InetSocketAddress listen, Tracker tracker) throws IOException {
    LoopbackGuard guard = new LoopbackGuard(listen.getAddress().isLoopbackAddress());
    Javalin javalin = Javalin.create(config -> configure(config, guard, tracker));
    WebServer.listen(javalin, listen);
    return new TrackerWeb(javalin, new InetSocketAddress(listen.getAddress(), javalin.port()));
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    javalin.stop();
  }

  private static void configure(JavalinConfig config, LoopbackGuard guard, Tracker tracker) {
    WebServer.configure(
        config,
        guard,
        2 * HttpTracker.QUERY_CHARS_MAX,
        1, // no request has a body
        (status, _) -> WebServer.problem(status));
    config.routes.get("/announce", context -> announce(context, tracker));
    config.routes.get("/scrape", context -> scrape(context, tracker));
  }

  private static void announce(Context context, Tracker tracker) {
    String address = address(context);
    AnnounceResponse response =
        tracker.admits(address)
            ? switch (HttpTracker.parseAnnounce(query(context))) {
              case Parsed.Valid<AnnounceRequest>(AnnounceRequest request) ->
                  tracker.announce(request, address, null);
              case Parsed.Malformed<AnnounceRequest>(String reason) ->
                  new AnnounceResponse.Refused(reason);
            }
            : new AnnounceResponse.Refused(BUSY);
    answer(context, HttpTracker.encode(response));
  }

  private static void scrape(Context context, Tracker tracker) {
    ScrapeResponse response =
        tracker.admits(address(context))
            ? switch (HttpTracker.parseScrape(query(context))) {
              case Parsed.Valid<List<WireHash>>(List<WireHash> torrents) ->
                  new ScrapeResponse.Swarms(tracker.scrape(torrents));
              case Parsed.Malformed<List<WireHash>>(String reason) ->
                  new ScrapeResponse.Refused(reason);
            }
            : new ScrapeResponse.Refused(BUSY);
    answer(context, HttpTracker.encode(response));
  }

  private static String query(Context context) {
    @Nullable String query = context.queryString();
    return query == null ? "" : query;
  }

  /** Jetty writes IPv6 in brackets. */
  private static String address(Context context) {
    byte[] address = IpAddress.bytes(context.ip().replaceAll("[\\[\\]]|%.*", ""));
    if (address == null) {
      throw new IllegalStateException("no address: " + context.ip());
    }
    return IpAddress.text(address);
  }

  private static void answer(Context context, byte[] body) {
    context.contentType("text/plain").result(body);
  }
}
