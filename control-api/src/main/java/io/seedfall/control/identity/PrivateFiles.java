package io.seedfall.control.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * Files and directories that hold secrets: only their owner may read them, from the first moment
 * on. What is written is durable when the call returns, and is there whole or not at all.
 */
public final class PrivateFiles {
  /** The most bytes of such a file. */
  public static final int BYTES_MAX = 64 << 10;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private PrivateFiles() {}

  /** Makes a directory for secrets, with those above it; one that is there stays as it is. */
  public static Path directory(Path directory) throws IOException {
    return Files.createDirectories(directory.toAbsolutePath().normalize(), OWNER_DIRECTORY);
  }

  /** Writes the file, in the place of the one that is there. */
  public static void write(Path file, byte[] content) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path written = temporary(absolute, content);
    try {
      Files.move(written, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(written);
      throw e;
    }
    sync(absolute.resolveSibling("."));
  }

  /**
   * Writes a file that was not there.
   *
   * @throws FileAlreadyExistsException when it is; then nothing is changed
   */
  public static void writeNew(Path file, byte[] content) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path written = temporary(absolute, content);
    try {
      Files.createLink(absolute, written); // unlike a rename it never replaces anything
    } finally {
      Files.delete(written);
    }
    sync(absolute.resolveSibling("."));
  }

  /**
   * What is in the file.
   *
   * @throws IOException in one line: when others than its owner may touch it, among other reasons
   */
  public static byte[] read(Path file) throws IOException {
    Set<PosixFilePermission> open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    open.retainAll(OTHERS);
    if (!open.isEmpty()) {
      throw new IOException(
          "%s holds a secret, and others than its owner may use it: chmod 600 %<s".formatted(file));
    }
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException(file + " has more than " + BYTES_MAX + " bytes: not a file of ours");
    }
    return Files.readAllBytes(file);
  }

  private static Path temporary(Path file, byte[] content) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".next");
    try (FileChannel channel =
        FileChannel.open(
            written, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_FILE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(written);
      throw e;
    }
    return written;
  }

  /** Makes the names in a directory durable. */
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
