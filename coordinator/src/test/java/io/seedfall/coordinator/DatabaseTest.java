package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What names a database, and what a wrong name gets. */
final class DatabaseTest {
  private static final String URL = "jdbc:postgresql://127.0.0.1:5432/seedfall";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?password=hush",
        "?user=x&password=hush",
        "?user=x&PassWord=hush",
        "?sslpassword=hush"
      })
  void aPasswordInTheUrlIsRefusedAndNotRepeated(String parameters) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Database.Postgres(URL + parameters, null))
        .withMessageContaining("password in the URL")
        .withMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "postgresql://127.0.0.1/seedfall",
        "jdbc:sqlite:seedfall.db",
        "jdbc:postgresql://127.0.0.1:port/seedfall",
        "jdbc:postgresql://joe:hush@127.0.0.1/seedfall"
      })
  void whatIsNoDatabaseOfPostgresIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Database.Postgres(url, null))
        .withMessageStartingWith("database: ")
        .withMessageNotContaining("hush");
  }

  @Test
  void whatIsShownHoldsNeitherUserNorPassword() {
    Database database = new Database.Postgres(URL + "?user=joe", "hush");
    assertThat(database).hasToString(URL);
    assertThat(new Database.Postgres(URL, null)).hasToString(URL);
  }

  @Test
  void aServerThatRefusesIsSaidInOneLine() {
    Database.Postgres right = (Database.Postgres) Databases.POSTGRESQL_18.empty(directory);
    Database wrong = new Database.Postgres(right.url(), "a wrong one");
    assertThatIOException()
        .isThrownBy(() -> Store.open(wrong).close())
        .withMessageStartingWith("cannot use the database jdbc:postgresql://127.0.0.1:")
        .withMessageContaining("password authentication failed")
        .withMessageNotContaining("a wrong one")
        .withMessageNotContaining("\n");
  }
}
