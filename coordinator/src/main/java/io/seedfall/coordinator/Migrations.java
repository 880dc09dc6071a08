package io.seedfall.coordinator;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The steps from each schema that was ever released to the next, one file each, never changed once
 * it was released. When several coordinators start on one database, one migrates and the others
 * wait for it.
 */
final class Migrations {
  private Migrations() {}

  /** What is there, is brought to the newest schema. */
  static void run(DataSource database) {
    configuration(database).load().migrate();
  }

  /** The same as far as the caller wants it. */
  static FluentConfiguration configuration(DataSource database) {
    return Flyway.configure()
        .loggers("slf4j")
        .dataSource(database)
        .locations("classpath:io/seedfall/coordinator/migrations")
        .validateMigrationNaming(true)
        .ignoreMigrationPatterns(new String[0]) // a schema of a newer version is refused
        .cleanDisabled(true);
  }
}
