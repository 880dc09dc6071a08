package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/api.md is made of the table of routes; {@code -Drewrite} writes it anew. */
final class ApiPageTest {
  @TempDir private Path state;

  @Test
  void thePageShowsTheRoutesThatThereAre() throws IOException {
    Path page = Path.of(System.getProperty("seedfall.root", ".."), "docs", "api.md");
    String text = text();
    if (System.getProperty("rewrite") != null) {
      Files.writeString(page, text);
    }
    assertThat(page).as("rerun with -Drewrite").content().isEqualTo(text);
  }

  private String text() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # The coordinator's HTTP interface

            Made from the table of routes by `ApiPageTest`; run it with `-Drewrite` after a change.
            Bodies are the JSON records of module `control-api`, field by field; unknown fields are
            passed over, missing ones refused, but for those marked `@AbsentAs`, which have the default
            named there. A request that makes a deployment may carry an `Idempotency-Key` of 1 to 128
            letters, digits, `. _ -`: sent again with the same key it makes no second one. Every answer from 400 on is a `Problem`:
            `{"code":"no_matching_agents","message":"..."}`. The codes are constants of that record.

            | request | what | takes (bytes at most) | gives |
            | --- | --- | --- | --- |
            """);
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
      Routes routes = new Routes(nobody, new StoredViews(store, clock), store, files, blocking);
      for (Route route : routes.table()) {
        String takes =
            route.bodyBytesMax() == 0
                ? route.takes()
                : route.takes() + " (" + route.bodyBytesMax() + ")";
        page.append(
            "| `%s %s` | %s | %s | %s |%n"
                .formatted(route.method(), route.path(), route.what(), takes, route.gives()));
      }
    }
    return page.append(
            """

            Agents and publishers hold a WebSocket at `%s`: one JSON object a message, its kind in
            `type`, at most %d bytes. The records are `AgentMessage` and `CoordinatorMessage`; the
            first message is a `hello`.

            Where several coordinators share one database, those that do not lead answer every `GET` from
            it, without what only the leader knows (-1 stands for it, progress is that of the last change of
            phase, publishers are missing). Everything else, the WebSocket too, they answer with status 421,
            code `not_leader` and the leader's address in `Location`: ask there. Status 503 with code `no_leader`
            says that nobody leads at this moment, which passes within seconds.
            """
                .formatted(ControlApi.SESSION, ControlApi.MESSAGE_BYTES_MAX))
        .toString();
  }
}
