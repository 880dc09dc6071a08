package io.seedfall.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * A directory that takes no new entries while this is open: by its permissions, and for root, whom
 * permissions do not bind, by the immutable attribute.
 */
final class Unwritable implements AutoCloseable {
  private final Path directory;
  private final boolean immutable;

  private Unwritable(Path directory, boolean immutable) {
    this.directory = directory;
    this.immutable = immutable;
  }

  static Unwritable make(Path directory) throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (root) {
      run("chattr", "+i", directory.toString());
    } else {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    return new Unwritable(directory, root);
  }

  @Override
  public void close() throws IOException {
    if (immutable) {
      run("chattr", "-i", directory.toString());
    } else {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    int exit = process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
    if (exit != 0) {
      throw new IOException(String.join(" ", command) + " did not work here");
    }
  }
}
