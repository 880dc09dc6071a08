package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those answer as JSON who let people and machines in and out. */
final class JsonAnswersTest {
  @TempDir private Path directory;

  @Test
  void whoLetsInAndOutSaysItToPrograms() throws Exception {
    Path state = directory.resolve("state");
    Path admin = directory.resolve("admin.json");
    CoordinatorInitCommand.Founded founded =
        answer(
            CoordinatorInitCommand.Founded.class,
            "coordinator",
            "init",
            "--state",
            state.toString(),
            "--credentials",
            admin.toString());
    assertThat(founded.authority()).matches("[0-9a-f]{64}");
    assertThat(Path.of(founded.identity())).isDirectory();
    assertThat(founded.credentials()).isEqualTo(admin.toString());
    try (Coordinator coordinator = started(state)) {
      String at = "https://" + ListenAddress.text(coordinator.address());
      String[] asks = {"--coordinator", at, "--credentials", admin.toString()};
      TokenCommand.Made printed =
          answer(TokenCommand.Made.class, with(asks, "token", "create", "--agent", "a1"));
      assertThat(printed.token()).isNotEmpty();
      assertThat(printed.file()).isEmpty();
      Path file = directory.resolve("token");
      TokenCommand.Made kept =
          answer(
              TokenCommand.Made.class,
              with(asks, "token", "create", "--agent", "a2", "--out", file.toString()));
      assertThat(kept.token()).isEmpty();
      assertThat(kept.file()).isEqualTo(file.toString());
      assertThat(Files.readString(file)).isNotBlank();
      String user =
          text(
              with(
                  asks,
                  "user",
                  "create",
                  "ann",
                  "--role",
                  "viewer",
                  "--out",
                  directory.resolve("ann.json").toString()));
      assertThat(user).contains("\"name\":\"ann\"", "\"role\":\"VIEWER\"");
      assertThat(answer(Revoked.class, with(asks, "user", "revoke", "ann")))
          .isEqualTo(new Revoked("user", "ann"));
    }
  }

  private static Coordinator started(Path state) throws IOException {
    return Coordinator.start(
        new CoordinatorSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new Database.Embedded(state),
            false,
            null,
            null,
            state.resolve("identity")));
  }

  private static String[] with(String[] more, String... words) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
  }

  private String text(String... arguments) {
    RecordedConsole recorded = new RecordedConsole(false);
    int exit =
        recorded.run(
            new Origins(Map.of(), directory.resolve("etc")),
            with(new String[] {"--json"}, arguments));
    assertThat(exit).as(recorded.notes()).isEqualTo(ExitCode.OK);
    assertThat(recorded.answer().lines()).hasSize(1);
    return recorded.answer();
  }

  private <T> T answer(Class<T> type, String... arguments) {
    byte[] json = text(arguments).getBytes(StandardCharsets.UTF_8);
    Decoded<T> decoded = ControlJson.decode(json, type);
    assertThat(decoded).isInstanceOf(Decoded.Value.class);
    return ((Decoded.Value<T>) decoded).value();
  }
}
