package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

            In a cluster with an identity all of it is spoken over TLS 1.3, and each request shows who asks: an
            agent by its certificate, a user by `Authorization: Bearer TOKEN`. The column *who* names the role it takes at
            least (viewer, publisher, deployer, admin); others get status 403 with code `forbidden`, and
            whoever shows nothing that is valid 401 with `unauthenticated`.

            | request | who | what | takes (bytes at most) | gives |
            | --- | --- | --- | --- | --- |
            """);
    for (Route route : AccessTest.table(state)) {
      String takes =
          route.bodyBytesMax() == 0
              ? route.takes()
              : route.takes() + " (" + route.bodyBytesMax() + ")";
      page.append(
          "| `%s %s` | %s | %s | %s | %s |%n"
              .formatted(
                  route.method(),
                  route.path(),
                  route.access().words(),
                  route.what(),
                  takes,
                  route.gives()));
    }
    return page.append(
            """

            Agents and publishers hold a WebSocket at `%s`: one JSON object a message, its kind in
            `type`, at most %d bytes. The records are `AgentMessage` and `CoordinatorMessage`; the
            first message is a `hello`. In a cluster with an identity it takes the certificate of the agent that the
            `hello` names, or the token of a publisher.

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
