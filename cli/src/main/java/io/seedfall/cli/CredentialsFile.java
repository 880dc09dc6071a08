package io.seedfall.cli;

import io.seedfall.control.identity.PrivateFiles;
import io.seedfall.control.identity.UserCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what a user is given where only its owner can read it, and never over another one. */
final class CredentialsFile {
  private CredentialsFile() {}

  /** Refuses a place where they cannot be written, before there is anything to write. */
  static void requireFree(Path file) {
    try {
      PrivateFiles.directory(file.toAbsolutePath().resolveSibling(""));
    } catch (IOException e) {
      throw failure(file, e);
    }
    if (Files.exists(file)) {
      throw new CommandFailure(
          ExitCode.LOCAL, file + " is there already: name another file for the credentials");
    }
  }

  static void write(Path file, UserCredentials credentials) {
    try {
      PrivateFiles.writeNew(file, credentials.text());
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static CommandFailure failure(Path file, IOException e) {
    return new CommandFailure(
        ExitCode.LOCAL,
        "cannot write the credentials to " + file + ": " + LocalTrouble.words(e),
        e);
  }
}
