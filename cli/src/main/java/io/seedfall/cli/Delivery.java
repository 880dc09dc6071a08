package io.seedfall.cli;

import io.seedfall.node.ContentVerifier;
import io.seedfall.node.TorrentId;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The place of fetched content: it grows in a hidden directory beside its destination and gets its
 * name in one rename when every byte is verified. Nothing that was there before is overwritten.
 */
final class Delivery {
  private final Metainfo metainfo;
  private final Path destination;
  private final Path staging;
  private boolean there;

  Delivery(Metainfo metainfo, Path output) {
    this(metainfo, output, output.resolve(".seedfall-" + TorrentId.of(metainfo)));
  }

  /** The same with another hidden directory, which must be on the same file system. */
  Delivery(Metainfo metainfo, Path output, Path staging) {
    this.metainfo = metainfo;
    this.destination = output.toAbsolutePath().normalize().resolve(metainfo.name());
    this.staging = staging.toAbsolutePath().normalize();
  }

  /** Where it is in the end. */
  Path destination() {
    return destination;
  }

  /** Where it grows; belongs to the transfer. */
  Path staging() {
    return staging;
  }

  /** Whether it was there, whole, from the beginning. */
  boolean isThere() {
    return there;
  }

  /** Throws in one line when something else has the name. */
  void requireFree(Console console, boolean silent) {
    if (!Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      HashLine line = new HashLine(console, silent, metainfo.name());
      there = ContentVerifier.verify(metainfo, destination, line::hashed).isComplete();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read %s: %s".formatted(destination, e.getMessage()), e);
    }
    if (!there) {
      throw new CommandFailure(
          ExitCode.LOCAL,
          "%s is there and is something else: move it away, or choose another --output"
              .formatted(destination));
    }
  }

  /**
   * Takes the hidden directory for this process, until the answer is closed: two that write to it
   * would change what the other has verified. Throws in one line when another process has it.
   */
  FileChannel claim() throws IOException {
    Files.createDirectories(staging);
    FileChannel claim =
        FileChannel.open(
            staging.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (claim.tryLock() == null) {
      claim.close();
      throw new CommandFailure(
          ExitCode.LOCAL,
          "another process is fetching %s to %s"
              .formatted(metainfo.name(), destination.getParent()));
    }
    return claim;
  }

  /** Gives the content its name. */
  void deliver(Path content) throws IOException {
    try {
      if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
        throw new CommandFailure(
            ExitCode.LOCAL,
            "%s appeared meanwhile; what was fetched is in %s".formatted(destination, content));
      }
      Files.move(content, destination, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("cannot rename %s to %s".formatted(content, destination), e);
    }
    ScratchDirectory.of(staging).close();
  }
}
