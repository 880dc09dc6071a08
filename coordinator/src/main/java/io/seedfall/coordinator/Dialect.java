package io.seedfall.coordinator;

import com.zaxxer.hikari.HikariConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All in which the two databases differ: how to connect, how to ask for the time, and which failure
 * means that nobody answers. Every other statement is one that both take.
 */
enum Dialect {
  /** One file, one process. */
  SQLITE("CAST(unixepoch('subsec') * 1000 AS bigint)"),

  /** A server that several coordinators share. */
  POSTGRESQL("CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)");

  /** The writer, two readers, whoever keeps the lease, and one to spare. */
  private static final int CONNECTIONS_MAX = 5;

  private static final int BUSY_MILLIS_MAX = 10_000;
  private static final int CONNECT_SECONDS_MAX = 5;

  /** More than a statement may take, so that the server's own limit ends it first. */
  private static final int SOCKET_SECONDS_MAX = 15;

  /**
   * What a coordinator that was stopped in the middle of a transaction holds, it holds at most so
   * long: the lease's row among it, for which its successor waits.
   */
  private static final String LIMITS =
      "SET idle_in_transaction_session_timeout = 3000;"
          + " SET statement_timeout = 10000; SET lock_timeout = 4000";

  /**
   * SQLSTATE, whole or its class: connection lost, shut down or starting, no resources, our limits
   * of time, collisions with others.
   */
  private static final Set<String> AWAY = Set.of("08", "57", "53", "40", "25P03", "55P03");

  private final String nowMillis;

  Dialect(String nowMillis) {
    this.nowMillis = nowMillis;
  }

  /** An expression of SQL: the database's own clock, epoch milliseconds, at this moment. */
  String nowMillis() {
    return nowMillis;
  }

  /** Connections to a file of SQLite. */
  static HikariConfig sqlite(Path file) {
    HikariConfig config = pool();
    config.setJdbcUrl("jdbc:sqlite:" + file);
    config.addDataSourceProperty("journal_mode", "WAL");
    config.addDataSourceProperty("synchronous", "FULL");
    config.addDataSourceProperty("foreign_keys", "true");
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    config.addDataSourceProperty("busy_timeout", Integer.toString(BUSY_MILLIS_MAX));
    return config;
  }

  /** Connections to a server of PostgreSQL. What its URL says goes before what is said here. */
  static HikariConfig postgresql(Database.Postgres database) {
    HikariConfig config = pool();
    config.setJdbcUrl(database.url());
    config.addDataSourceProperty("ApplicationName", "seedfall");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_SECONDS_MAX));
    config.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_SECONDS_MAX));
    if (database.password() != null) {
      config.setPassword(database.password());
    }
    config.setConnectionInitSql(LIMITS);
    return config;
  }

  private static HikariConfig pool() {
    HikariConfig config = new HikariConfig();
    config.setPoolName("seedfall-store");
    config.setMaximumPoolSize(CONNECTIONS_MAX);
    config.setConnectionTimeout(BUSY_MILLIS_MAX);
    return config;
  }

  /** Why, in one line. */
  static String reason(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage()).strip().replaceAll("\\s+", " ");
  }

  /**
   * Whether that says that the database did not answer, or not in time, and nothing about what it
   * was asked. Then nobody knows whether a transaction that was being committed is.
   */
  boolean isAway(@Nullable Throwable failure) {
    if (this == SQLITE) {
      return false;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientConnectionException) {
        return true;
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        return AWAY.contains(state) || AWAY.contains(state.substring(0, 2));
      }
    }
    return false;
  }
}
