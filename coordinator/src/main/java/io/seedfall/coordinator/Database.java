package io.seedfall.coordinator;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a coordinator keeps what it knows. */
public sealed interface Database {
  /**
   * SQLite, and files for metainfo, in a directory that one coordinator has for itself.
   *
   * @param directory made when missing
   */
  record Embedded(Path directory) implements Database {}

  /**
   * A PostgreSQL server, 15 or later, which any number of coordinators share: one of them leads.
   *
   * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE?user=NAME}, without any password
   * @param password of that user; null when the server wants none
   */
  record Postgres(String url, @Nullable String password) implements Database {
    private static final Pattern SECRET =
        Pattern.compile("[?&](ssl)?password=|://[^/?]*@", Pattern.CASE_INSENSITIVE);

    /** Refuses what is no such URL; the words never repeat it, because it may hold a secret. */
    public Postgres {
      if (SECRET.matcher(url).find()) {
        throw new IllegalArgumentException(
            "database: a password in the URL (expected: in a file or in the environment, where"
                + " neither the list of processes nor a log shows it)");
      }
      if (!url.startsWith("jdbc:postgresql:") || !isTaken(url)) {
        throw new IllegalArgumentException(
            "database: not the URL of a PostgreSQL database (expected:"
                + " jdbc:postgresql://HOST:PORT/DATABASE?user=NAME)");
      }
    }

    private static boolean isTaken(String url) {
      try {
        return DriverManager.getDriver(url).acceptsURL(url);
      } catch (SQLException _) {
        return false;
      }
    }

    /** The URL without its parameters. */
    @Override
    public String toString() {
      int parameters = url.indexOf('?');
      return parameters < 0 ? url : url.substring(0, parameters);
    }
  }
}
