package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.seedfall.control.ControlApi;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface: one table of routes, from which the server, docs/api.md and the OpenAPI
 * document are made. Nobody gets to a route but past the {@link Doorkeeper}. Handlers run on
 * virtual threads.
 */
final class Routes {
  /** So many bodies that may be large are read at once: each is held in memory. */
  static final int UPLOADS_MAX = 4;

  private final List<Route> table;
  private final Doorkeeper door;
  private final @Nullable AuditLog audit;
  private final CoordinatorMeters meters;
  private final Limits limits;
  private final Semaphore requests;
  private final Semaphore subscribers;
  private final Semaphore uploads = new Semaphore(UPLOADS_MAX);

  /**
   * @param tables of the parts of the interface
   * @param door lets requests in
   * @param audit writes changes down; null when nobody is known who could make them
   * @param meters counts what is answered
   */
  Routes(
      List<List<Route>> tables,
      Doorkeeper door,
      @Nullable AuditLog audit,
      Limits limits,
      CoordinatorMeters meters) {
    this.limits = limits;
    this.meters = meters;
    this.door = door;
    this.audit = audit;
    this.subscribers = new Semaphore(limits.subscribersMax());
    this.requests = new Semaphore(limits.requestsMax());
    Route openApi =
        Route.get(
            ControlApi.OPENAPI,
            "What all routes take and give, as an OpenAPI 3.1 document.",
            new Payload.OpenApi(),
            (context, _) -> context.contentType("application/json").result(OpenApi.of(table())));
    this.table = Stream.concat(Stream.of(openApi), tables.stream().flatMap(List::stream)).toList();
  }

  List<Route> table() {
    return table;
  }

  /** How many requests are being answered, but for events and uploads. */
  int underWay() {
    return limits.requestsMax() - requests.availablePermits();
  }

  /** How many listen to events. */
  int subscribers() {
    return limits.subscribersMax() - subscribers.availablePermits();
  }

  /** A request was answered, by a route or not. */
  void answered(Context context, double millis) {
    meters.answered(context, millis);
  }

  /** Lets it in and has it done, unless too much is under way already. */
  void handle(Route route, Context context) throws Exception {
    context.attribute(CoordinatorMeters.ROUTE, route);
    Semaphore places = requests;
    String full = "too many requests are under way";
    if (route.gives() instanceof Payload.Events) {
      places = subscribers;
      full = "too many listen to events already";
    } else if (route.takes().bytesMax() > ControlApi.BODY_BYTES_MAX) {
      places = uploads;
      full = UPLOADS_MAX + " files are being stored";
    }
    if (!places.tryAcquire()) {
      throw RequestRefused.tooMany(full);
    }
    try {
      Visitor visitor = admitted(route, context);
      byte[] body = Border.body(route, context);
      if (audit != null && isAudited(route)) {
        audit.around(route, visitor, context, body, route.action());
      } else {
        route.action().answer(context, body);
      }
    } finally {
      places.release();
    }
  }

  private Visitor admitted(Route route, Context context) {
    try {
      return door.admit(route.access(), context);
    } catch (RequestRefused refused) {
      Visitor visitor = context.attribute(Doorkeeper.VISITOR);
      if (audit != null && visitor != null && isAudited(route)) {
        audit.refused(visitor, context, refused);
      }
      throw refused;
    }
  }

  /**
   * Changes that people and programs ask for; certificates have lines and rows of their own, passes
   * none.
   */
  private static boolean isAudited(Route route) {
    return !route.method().equals(HandlerType.GET)
        && route.access() != Access.ANYBODY
        && route.access() != Access.AGENT
        && !route.path().equals(ControlApi.PASSES);
  }
}
