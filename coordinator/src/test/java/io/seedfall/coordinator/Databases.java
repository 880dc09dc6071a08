package io.seedfall.coordinator;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/** The databases that a coordinator works with. A server lives as long as the JVM of the tests. */
enum Databases {
  SQLITE,
  POSTGRESQL_18,
  POSTGRESQL_15;

  private static final Map<Databases, PostgresServer> SERVERS = new EnumMap<>(Databases.class);

  /** An empty one. */
  Database empty(Path directory) {
    return switch (this) {
      case SQLITE -> new Database.Embedded(directory);
      case POSTGRESQL_18, POSTGRESQL_15 -> {
        try {
          PostgresServer server = server(this);
          yield new Database.Postgres(server.newDatabase(), server.password());
        } catch (SQLException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  private static synchronized PostgresServer server(Databases which) {
    return SERVERS.computeIfAbsent(
        which,
        _ -> {
          try {
            PostgresServer started =
                which == POSTGRESQL_18 ? PostgresServer.start18() : PostgresServer.start15();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> closed(started)));
            return started;
          } catch (IOException e) {
            throw new AssertionError(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
          }
        });
  }

  private static void closed(PostgresServer server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
