package io.seedfall.cli;

import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.identity.UserCredentials;
import io.seedfall.coordinator.ClusterIdentity;
import io.seedfall.coordinator.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives a cluster its identity, or its admin another token; the coordinator does not run then. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Give a cluster its own authority, so that everything is encrypted and everybody has to show",
      "who he is; and its first user, admin. Once: run it before the coordinator is started."
    })
final class CoordinatorInitCommand implements Callable<Integer> {
  private final Console console;

  @Mixin ConfigOption config;
  @Mixin DatabaseOptions database;
  @Mixin IdentityOption identity;

  @Option(
      names = "--credentials",
      paramLabel = "FILE",
      description =
          "where the admin's credentials go, a new file (default:"
              + " ~/.config/seedfall/credentials.json)")
  @Nullable Path credentials;

  @Option(
      names = "--coordinator",
      paramLabel = "URL[,URL]...",
      defaultValue = "https://127.0.0.1:7070",
      description =
          "where the coordinators will be, for the credentials (default: ${DEFAULT-VALUE})")
  CoordinatorAddresses coordinator;

  @Option(
      names = "--again",
      description =
          "the cluster has its identity already: make another token for its admin, in the place of"
              + " one that is lost or has expired")
  boolean again;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  /**
   * What was made, for programs.
   *
   * @param authority its fingerprint
   * @param identity the directory
   * @param credentials the admin's file
   */
  record Founded(String authority, String identity, String credentials) {}

  CoordinatorInitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Database where = database.database(System.getenv());
    Path directory = identity.directory(where);
    Path file = credentials == null ? CoordinatorOption.defaultFile() : credentials;
    CredentialsFile.requireFree(file);
    ClusterIdentity.Founded founded = founded(directory, where);
    CredentialsFile.write(
        file,
        new UserCredentials(
            ClusterIdentity.FIRST_USER,
            coordinator.toString(),
            founded.authority().hex(),
            founded.token().text()));
    if (json) {
      console.json(new Founded(founded.authority().hex(), directory.toString(), file.toString()));
      return ExitCode.OK;
    }
    console.answer("authority   " + founded.authority());
    console.answer("identity    " + directory + " (keep a copy where nobody else can read it)");
    console.answer("credentials " + file);
    return ExitCode.OK;
  }

  private ClusterIdentity.Founded founded(Path directory, Database where) {
    try {
      return again
          ? ClusterIdentity.readmit(directory, where)
          : ClusterIdentity.found(directory, where);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, LocalTrouble.words(e), e);
    }
  }
}
