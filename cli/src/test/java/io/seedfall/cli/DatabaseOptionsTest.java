package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which database a coordinator gets, and where its password may and may not stand. */
final class DatabaseOptionsTest {
  private static final String URL = "jdbc:postgresql://127.0.0.1/seedfall?user=joe";

  @TempDir private Path directory;
  private final DatabaseOptions options = new DatabaseOptions();

  @Test
  void aDirectoryIsSqliteAndAUrlIsPostgres() {
    options.state = directory;
    assertThat(options.database(Map.of())).isEqualTo(new Database.Embedded(directory));
    options.state = null;
    options.url = URL;
    assertThat(options.database(Map.of())).isEqualTo(new Database.Postgres(URL, null));
  }

  @Test
  void theEndOfTheLineIsNotPartOfThePassword() throws IOException {
    options.url = URL;
    for (String text : new String[] {" two words ", " two words \n", " two words \r\n"}) {
      options.passwordFile = Files.writeString(directory.resolve("password"), text);
      assertThat(options.database(Map.of())).isEqualTo(new Database.Postgres(URL, " two words "));
    }
    String longest = "x".repeat(DatabaseOptions.PASSWORD_BYTES_MAX);
    options.passwordFile = Files.writeString(directory.resolve("password"), longest);
    assertThat(options.database(Map.of())).isEqualTo(new Database.Postgres(URL, longest));
  }

  @Test
  void whatMakesNoSenseIsRefusedWithoutShowingAPassword() throws IOException {
    refused("one of the two");
    options.state = directory;
    options.url = URL;
    refused("one of the two");
    options.url = null;
    options.passwordFile = directory.resolve("password");
    refused("belongs to --database");
    options.state = null;
    options.url = URL;
    refused("cannot read the password");
    for (String text :
        new String[] {
          "", "\n", "hush\nhush\n", "hush".repeat(DatabaseOptions.PASSWORD_BYTES_MAX)
        }) {
      Files.writeString(directory.resolve("password"), text);
      refused("password");
    }
    options.passwordFile = null;
    options.url = URL + "&password=hush";
    refused("--database: a password in the URL");
    options.url = "jdbc:mysql://127.0.0.1/seedfall";
    refused("--database: not the URL of a PostgreSQL database");
  }

  @Test
  void aPasswordInTheEnvironmentIsRefusedWithTheNameOfWhatTakesItsPlace() {
    options.url = URL;
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> options.database(Map.of(DatabaseOptions.PASSWORD_VARIABLE, "hush")))
        .withMessageContaining("SEEDFALL_DATABASE_PASSWORD_FILE")
        .withMessageNotContaining("hush");
  }

  private void refused(String why) {
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> options.database(Map.of()))
        .withMessageContaining(why)
        .withMessageNotContaining("hush");
  }
}
