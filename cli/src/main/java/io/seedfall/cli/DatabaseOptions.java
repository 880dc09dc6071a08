package io.seedfall.cli;

import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a coordinator keeps what it knows: a directory of its own, or a server that it shares. */
final class DatabaseOptions {
  /** Where a password does not belong: the environment of a process is shown and inherited. */
  static final String PASSWORD_VARIABLE = "SEEDFALL_DATABASE_PASSWORD";

  /** The most bytes of a file with a password. */
  static final int PASSWORD_BYTES_MAX = 4_096;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "its database and metainfo files, for a coordinator alone; made when absent")
  @Nullable Path state;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = {
        "instead of --state: a PostgreSQL database that any number of coordinators share, one of",
        "which leads: jdbc:postgresql://HOST:PORT/DB?user=NAME. Its password is never in the URL:",
        "it comes from a file (--database-password-file)"
      })
  @Nullable String url;

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description = "holds the password of the database's user, and nothing else")
  @Nullable Path passwordFile;

  /** The database that was named, unless that environment gives a secret away. */
  Database database(Map<String, String> environment) {
    if (environment.containsKey(PASSWORD_VARIABLE)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          PASSWORD_VARIABLE
              + ": a password does not belong into the environment; put it into a file, and name"
              + " that with --database-password-file or "
              + PASSWORD_VARIABLE
              + "_FILE");
    }
    if ((state == null) == (url == null)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "where to keep what it knows: name a directory with --state, or a PostgreSQL database"
              + " with --database, one of the two");
    }
    if (state != null) {
      if (passwordFile != null) {
        throw new CommandFailure(
            ExitCode.USAGE, "--database-password-file belongs to --database: leave it out");
      }
      return new Database.Embedded(state);
    }
    try {
      return new Database.Postgres(
          String.valueOf(url), passwordFile == null ? null : passwordIn(passwordFile));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--" + e.getMessage(), e);
    }
  }

  /** One line; an end of line behind it, which editors add, is not part of it. */
  private static String passwordIn(Path file) {
    String text;
    try {
      if (Files.size(file) > PASSWORD_BYTES_MAX) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "%s has more than %d bytes: no password".formatted(file, PASSWORD_BYTES_MAX));
      }
      text = Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\R$", "");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read the password in " + file + ": " + LocalTrouble.words(e), e);
    }
    if (text.isEmpty() || text.lines().count() > 1) {
      throw new CommandFailure(
          ExitCode.USAGE, file + ": not one line with a password and nothing else");
    }
    return text;
  }
}
