package io.seedfall.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes a directory one agent's own for as long as it runs. The system drops the lock with the
 * process, however it ends.
 */
final class DirectoryLock implements AutoCloseable {
  private static final String NAME = "lock";

  private final FileChannel file;

  private DirectoryLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock, or says in one line who stands in the way.
   *
   * @param what what the directory is, for the message
   */
  static DirectoryLock take(Path directory, String what) throws IOException {
    Path path = directory.resolve(NAME);
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (tryLock(file) == null) {
      file.close();
      throw new IOException(
          what
              + " "
              + directory
              + " is in use by another agent: stop that one, or give this one its own");
    }
    return new DirectoryLock(file);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Whether a path is a lock's file. */
  static boolean isLock(Path path) {
    return path.endsWith(NAME) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
