package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlApi;
import io.seedfall.control.ProblemWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/api.md and docs/openapi.json are made of the table of routes; {@code -Drewrite} writes them
 * anew.
 */
final class ApiPageTest {
  @TempDir private Path state;

  @Test
  void thePageShowsTheRoutesThatThereAre() throws IOException {
    same("api.md", page(table(state)));
  }

  @Test
  void theOpenApiDocumentIsThatOfTheRoutes() throws IOException {
    same("openapi.json", new String(OpenApi.of(table(state)), UTF_8));
  }

  private static void same(String name, String text) throws IOException {
    Path page = Path.of(System.getProperty("seedfall.root", ".."), "docs", name);
    if (System.getProperty("rewrite") != null) {
      Files.writeString(page, text);
    }
    assertThat(page).as("rerun with -Drewrite").content().isEqualTo(text);
  }

  /** The routes of a coordinator that does nothing. */
  static List<Route> table(Path state) throws IOException {
    try (Store store = Store.open(new Database.Embedded(state));
        BlockingCalls blocking = new BlockingCalls(Duration.ofSeconds(1), store.dialect())) {
      SteadyClock clock = new SteadyClock();
      Leadership nobody =
          new Leadership(
              new Lease(store, "nobody"),
              true,
              Leadership.Times.DEFAULTS,
              clock,
              store.dialect(),
              _ -> {
                throw new IllegalStateException("nobody leads here");
              });
      MetainfoFiles files = new MetainfoFiles(state.resolve("metainfo"));
      StoredViews stored = new StoredViews(store, clock);
      DeploymentRoutes deployments = new DeploymentRoutes(nobody, stored, store, blocking);
      PieceMaps pieces = new PieceMaps(0, PieceMaps.BYTES_MAX);
      Doorkeeper door = new Doorkeeper(null, store, blocking, clock::nowMillis);
      long quiet = Limits.DEFAULTS.quietMillisMax();
      return new Routes(
              List.of(
                  new CatalogRoutes(nobody, stored, store, files, blocking).table(),
                  new TrustRoutes(nobody, store, blocking).table(),
                  deployments.table(),
                  new EventRoutes(nobody, store, blocking, door, quiet).table(),
                  new PictureRoutes(nobody, store, blocking, pieces, deployments::snapshot).table(),
                  new IdentityRoutes(null, null, null, store, nobody, blocking).table(),
                  new LoginRoutes(null, nobody, clock::nowMillis).table(),
                  new CoordinatorMeters().table()),
              door,
              null,
              Limits.DEFAULTS,
              new CoordinatorMeters())
          .table();
    }
  }

  private static String page(List<Route> table) {
    StringBuilder page =
        new StringBuilder(
            """
            # The coordinator's HTTP interface

            Made from the table of routes by `ApiPageTest`; run it with `-Drewrite` after a change. The same as an
            OpenAPI 3.1 document: [openapi.json](openapi.json), and `GET %s` of a coordinator.

            Bodies are the JSON records of module `control-api`, field by field; unknown fields are
            passed over, missing ones refused, but for those marked `@AbsentAs`, which have the default
            named there. Lists come in pages, `{"items":[...],"next":"..."}`: the next one is had with `?after=` and what was
            in `next`, which is empty on the last. What is added meanwhile moves nothing. What is not known behind the `?` is refused. A request that makes a deployment may carry an
            `Idempotency-Key` of 1 to 128 letters, digits, `. _ -`: sent again with the same key it makes no second one.

            In a cluster with an identity all of it is spoken over TLS 1.3, and each request shows who asks: an
            agent by its certificate, a user by `Authorization: Bearer TOKEN`. The column *who* names the role it takes at
            least (viewer, publisher, deployer, admin), and agents where they may, too; others get status 403 with code
            `forbidden`, and whoever shows nothing that is valid 401 with `unauthenticated`. Events end when the token does.
            The page shows the cookie of its login instead of a token. Then the request has to come from the coordinator's
            own page (`Sec-Fetch-Site`, `Origin`), with the header `%s` when it changes something; else it gets 403 with
            `foreign_page`. Sessions on the WebSocket take no cookie.

            | request | who | what | takes (bytes at most) | gives |
            | --- | --- | --- | --- | --- |
            """
                .formatted(ControlApi.OPENAPI, ControlApi.FROM_PAGE));
    for (Route route : table) {
      String takes = words(route.takes());
      page.append(
          "| `%s %s` | %s | %s | %s | %s |%n"
              .formatted(
                  route.method(),
                  route.path() + query(route),
                  route.access().words(),
                  route.what(),
                  route.takes().bytesMax() == 0
                      ? takes
                      : takes + " (" + route.takes().bytesMax() + ")",
                  words(route.gives())));
    }
    parameters(page, table);
    problems(page);
    return page.append(eventsAndSessions()).toString();
  }

  private static String eventsAndSessions() {
    return """

    ## Events

    `GET %s` and `GET %s/{id}/events` are Server-Sent Events. The first `change` says how it is, with `more` because
    what is not in it is to be looked at; each one after that names what has changed since, at most five times a second.
    Whoever comes back with `Last-Event-ID` goes on behind that event while it is kept (%d packets of changes); else `reset`
    says that something was missed, and the `change` after it how it is now. A comment with an id comes at least every
    %d s. Whoever reads more slowly than events are kept is cut off, and comes back. Followers send to the leader (421).

    ## Agents, and several coordinators

    Agents and publishers hold a WebSocket at `%s`: one JSON object a message, its kind in
    `type`, at most %d bytes. The records are `AgentMessage` and `CoordinatorMessage`; the
    first message is a `hello`. In a cluster with an identity it takes the certificate of the agent that the
    `hello` names, or the token of a publisher.

    Where several coordinators share one database, those that do not lead answer every `GET` but events from
    it, without what only the leader knows (-1 stands for it, progress is that of the last change of
    phase, publishers are missing). Everything else, the WebSocket too, they answer with status 421,
    code `not_leader` and the leader's address in `Location`: ask there. Status 503 with code `no_leader`
    says that nobody leads at this moment, which passes within seconds.
    """
        .formatted(
            ControlApi.EVENTS,
            ControlApi.DEPLOYMENTS,
            EventRing.PACKETS_MAX,
            Limits.DEFAULTS.quietMillisMax() / 1_000,
            ControlApi.SESSION,
            ControlApi.MESSAGE_BYTES_MAX);
  }

  private static String query(Route route) {
    String names =
        route.parameters().stream()
            .filter(parameter -> parameter.place() == Parameter.Place.QUERY)
            .map(parameter -> parameter.name() + "=")
            .collect(Collectors.joining("&"));
    return names.isEmpty() ? "" : "?" + names;
  }

  private static void parameters(StringBuilder page, List<Route> table) {
    page.append("%n| parameter | what | values |%n| --- | --- | --- |%n".formatted());
    table.stream()
        .flatMap(route -> route.parameters().stream())
        .distinct()
        .map(parameter ->
            "| `%s` | %s | %s |%n"
                .formatted(
                    parameter.name(),
                    parameter.what(),
                    switch (parameter.values()) {
                      case Parameter.Values.Name _ -> "a name";
                      case Parameter.Values.Whole(int least, int most, int unsaid) ->
                          "%d to %d, else %d".formatted(least, most, unsaid);
                      case Parameter.Values.Opaque _ -> "as it was given";
                    }))
        .forEach(page::append);
  }

  private static void problems(StringBuilder page) {
    page.append(
        """

        ## When it is refused

        Every answer from 400 on is a `Problem` (RFC 9457, `application/problem+json`): `detail` says what went wrong,
        `action` what to do next, `code` is for programs, `type` is `urn:seedfall:problem:CODE`.

        | code | status | title | action, if nothing better is known |
        | --- | --- | --- | --- |
        """);
    for (String code : ProblemWords.codes()) {
      ProblemWords words = ProblemWords.of(code);
      page.append(
          "| `%s` | %d | %s | %s |%n"
              .formatted(code, words.status(), words.title(), words.action()));
    }
  }

  private static String words(Payload payload) {
    return switch (payload) {
      case Payload.Nothing _ -> "nothing";
      case Payload.Json(Class<? extends Record> type) -> type.getSimpleName();
      case Payload.Page(Class<? extends Record> element) -> "page of " + element.getSimpleName();
      case Payload.File(String contentType, int _) -> "a file, `" + contentType + "`";
      case Payload.Events(Class<? extends Record> change) -> "events, " + change.getSimpleName();
      case Payload.OpenApi _ -> "OpenAPI";
    };
  }
}
