package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ControlApi;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * The REST interface: one table of routes, from which the server, docs/api.md and the OpenAPI
 * document are made. Handlers run on virtual threads.
 */
final class Routes {
  /** So many bodies that may be large are read at once: each is held in memory. */
  static final int UPLOADS_MAX = 4;

  private final List<Route> table;
  private final Semaphore requests;
  private final Semaphore subscribers;
  private final Semaphore uploads = new Semaphore(UPLOADS_MAX);

  Routes(
      CatalogRoutes catalog,
      TrustRoutes trust,
      DeploymentRoutes deployments,
      EventRoutes events,
      PictureRoutes pictures,
      Limits limits) {
    this.subscribers = new Semaphore(limits.subscribersMax());
    this.requests = new Semaphore(limits.requestsMax());
    Route openApi =
        Route.get(
            ControlApi.OPENAPI,
            "What all routes take and give, as an OpenAPI 3.1 document.",
            new Payload.OpenApi(),
            (context, _) -> context.contentType("application/json").result(OpenApi.of(table())));
    this.table =
        Stream.of(
                List.of(openApi),
                catalog.table(),
                trust.table(),
                deployments.table(),
                events.table(),
                pictures.table())
            .flatMap(List::stream)
            .toList();
  }

  List<Route> table() {
    return table;
  }

  /** Has it done, unless too much is under way already. */
  void handle(Route route, Context context) throws Exception {
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
      route.action().answer(context, Border.body(route, context));
    } finally {
      places.release();
    }
  }
}
