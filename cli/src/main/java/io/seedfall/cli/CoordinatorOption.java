package io.seedfall.cli;

import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.UserCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * {@code --coordinator URL} and {@code --credentials FILE}, the same for every command that asks a
 * coordinator. Secrets are in files, never on a command line or in the environment.
 */
final class CoordinatorOption {
  /** Where a coordinator listens when nobody says otherwise. */
  static final String DEFAULT = "http://127.0.0.1:7070";

  @Option(
      names = "--coordinator",
      paramLabel = "URL[,URL]...",
      defaultValue = "${env:SEEDFALL_COORDINATOR}",
      description =
          "the coordinator, or several on one database: whichever leads is found"
              + " (default: SEEDFALL_COORDINATOR, else that of the credentials, else "
              + DEFAULT
              + ")")
  @Nullable CoordinatorAddresses given;

  @Option(
      names = "--credentials",
      paramLabel = "FILE",
      defaultValue = "${env:SEEDFALL_CREDENTIALS}",
      description =
          "shows a coordinator at https:// who asks (default: SEEDFALL_CREDENTIALS, else"
              + " ~/.config/seedfall/credentials.json when that is there)")
  @Nullable Path file;

  private @Nullable UserCredentials credentials;
  private boolean read;

  /** Where credentials are when nobody says otherwise. */
  static Path defaultFile() {
    String home = System.getenv("XDG_CONFIG_HOME");
    Path config =
        home == null || home.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".config")
            : Path.of(home);
    return config.resolve("seedfall").resolve("credentials.json");
  }

  /** Where the coordinators are. */
  CoordinatorAddresses addresses() {
    if (given != null) {
      return given;
    }
    UserCredentials found = credentials();
    return CoordinatorAddresses.parse(
        found == null || found.coordinators().isEmpty() ? DEFAULT : found.coordinators());
  }

  /** How we show who we are. Credentials that nobody has named are for https alone. */
  ClientIdentity identity() {
    boolean encrypted =
        addresses().all().stream().allMatch(address -> address.getScheme().equals("https"));
    UserCredentials found = file == null && !encrypted ? null : credentials();
    ClientIdentity identity = found == null ? ClientIdentity.NONE : found.identity();
    try {
      identity.check(addresses());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--" + e.getMessage(), e);
    }
    return identity;
  }

  /** All of that together. */
  Caller caller() {
    ClientIdentity identity = identity();
    UserCredentials found = identity.tls() == null ? null : credentials();
    return new Caller(addresses(), identity, found == null ? "" : found.name());
  }

  /** A client for them; the caller closes it. */
  SeedfallClient client() {
    return new SeedfallClient(addresses(), identity());
  }

  private @Nullable UserCredentials credentials() {
    if (!read) {
      Path from = file == null ? defaultFile() : file;
      if (file != null || Files.exists(from)) {
        credentials = read(from);
      }
      read = true;
    }
    return credentials;
  }

  private static UserCredentials read(Path from) {
    try {
      return UserCredentials.read(from);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL,
          "cannot use the credentials in " + from + ": " + LocalTrouble.words(e),
          e);
    }
  }
}
