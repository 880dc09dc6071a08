package io.seedfall.cli;

import io.seedfall.coordinator.ClusterIdentity;
import io.seedfall.coordinator.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the cluster's identity is. */
final class IdentityOption {
  @Option(
      names = "--identity",
      paramLabel = "DIR",
      description =
          "the cluster's identity, which 'coordinator init' makes; with --database every"
              + " coordinator has a copy (default: STATE/identity)")
  @Nullable Path directory;

  /** Where it is, or is to be. */
  Path directory(Database database) {
    if (directory != null) {
      return directory;
    }
    return switch (database) {
      case Database.Embedded(Path state) -> state.resolve(ClusterIdentity.DIRECTORY);
      case Database.Postgres _ ->
          throw new CommandFailure(
              ExitCode.USAGE, "--identity: say where, because --database has no directory");
    };
  }

  /** Where it is; null when there is none and none was named. */
  @Nullable Path existing(Database database) {
    if (directory == null && database instanceof Database.Postgres) {
      return null;
    }
    Path at = directory(database);
    if (Files.isDirectory(at)) {
      return at;
    }
    if (directory != null) {
      throw new CommandFailure(
          ExitCode.LOCAL, at + " is no directory: 'seedfall coordinator init' makes it");
    }
    return null;
  }
}
