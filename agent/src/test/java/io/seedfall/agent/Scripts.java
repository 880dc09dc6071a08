package io.seedfall.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Hooks as people write them. */
final class Scripts {
  private Scripts() {}

  /** A directory that only its owner may write to. */
  static Path directory(Path path) throws IOException {
    Path made = Files.createDirectories(path);
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made.toRealPath();
  }

  /** An executable shell script. */
  static Path write(Path directory, String name, String... lines) throws IOException {
    // Made aside and moved: a script that is open for writing cannot be executed.
    Path next = directory.resolveSibling(name + ".next");
    Files.writeString(next, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.deleteIfExists(directory.resolve(name));
    return Files.move(next, directory.resolve(name));
  }
}
