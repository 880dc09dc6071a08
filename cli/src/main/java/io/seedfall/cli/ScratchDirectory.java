package io.seedfall.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A directory that goes with everything in it, also with what comes while it goes. */
public final class ScratchDirectory implements AutoCloseable {
  private static final int ATTEMPTS_MAX = 50;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Path path;

  private ScratchDirectory(Path path) {
    this.path = path;
  }

  /** Makes one that only its owner can read. */
  public static ScratchDirectory make(Path parent, String prefix) throws IOException {
    return new ScratchDirectory(Files.createTempDirectory(parent, prefix));
  }

  /** Takes over one that exists. */
  static ScratchDirectory of(Path path) {
    return new ScratchDirectory(path);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Throws when files are left after {@link #ATTEMPTS_MAX} attempts. */
  @Override
  public void close() throws IOException {
    for (int attempt = 1; !isGone(); attempt++) {
      if (attempt > ATTEMPTS_MAX) {
        throw new IOException("somebody goes on writing into " + path);
      }
      if (attempt > 1) {
        pause();
      }
      Files.walkFileTree(path, new Removal());
    }
  }

  private void pause() throws InterruptedIOException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before all of " + path + " was removed");
    }
  }

  private boolean isGone() {
    return Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** Removes what it meets; what has gone or has come meanwhile is no mistake. */
  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return goOn(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        return goOn(e);
      }
      try {
        Files.deleteIfExists(directory);
        return FileVisitResult.CONTINUE;
      } catch (DirectoryNotEmptyException more) {
        return FileVisitResult.CONTINUE;
      }
    }

    private static FileVisitResult goOn(IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }
}
