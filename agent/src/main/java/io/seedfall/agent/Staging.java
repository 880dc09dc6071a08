package io.seedfall.agent;

import io.seedfall.agent.Directory.Kind;
import io.seedfall.node.FileSystemFlush;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One version on its way into an {@link Installer}'s staging directory: as hard links to the kept
 * version; as copies where there can be no links, and where files are to look otherwise, because
 * all links to a file look alike, the kept version's among them. A copy shares its blocks with the
 * original where the file system can do that. One thread.
 */
final class Staging {
  private static final int COPY_BYTES_AT_ONCE = 8 << 20;

  /** How a file gets its second name; tests put a file system without hard links here. */
  interface Links {
    void link(Directory source, String sourceName, Directory target, String name)
        throws IOException;
  }

  private final Path rootPath;
  private final Directory staging;
  private final Links links;
  private final @Nullable FileLooks looks;

  /** Files and directories so far. */
  private int entries;

  /**
   * Staging for one version.
   *
   * @param looks what its files are to look like, null for as they are
   */
  Staging(Path rootPath, Directory staging, Links links, @Nullable FileLooks looks) {
    this.rootPath = rootPath;
    this.staging = staging;
    this.links = links;
    this.looks = looks;
  }

  /**
   * Lays content into the staging directory, durable. When it throws, some of it may be there.
   *
   * @param content the file, or the directory of a tree, of a kept version
   * @param tree which of the two
   * @param staged its name there
   */
  void lay(Path content, boolean tree, String staged) throws InstallRefused, IOException {
    if (tree) {
      try (Directory source = Directory.open(content);
          Directory target = staging.childOrNew(staged)) {
        stageTree(source, target);
      }
    } else {
      Path parent = content.toAbsolutePath().getParent();
      if (parent == null) {
        throw new IllegalArgumentException("content: " + content + " (expected: a file)");
      }
      try (Directory source = Directory.open(parent)) {
        stageFile(source, String.valueOf(content.getFileName()), staging, staged);
      }
    }
    if (entries >= FileSystemFlush.FILES_MIN && FileSystemFlush.isThere()) {
      FileSystemFlush.of(staging.path());
    }
    staging.sync();
  }

  /** Whether the next entry is forced by itself: the many others of a large tree go together. */
  private boolean oneByOne() {
    entries++;
    return entries < FileSystemFlush.FILES_MIN || !FileSystemFlush.isThere();
  }

  private void stageTree(Directory source, Directory target) throws InstallRefused, IOException {
    for (String name : source.names()) {
      switch (source.entry(name).kind()) {
        case FILE -> stageFile(source, name, target, name);
        case DIRECTORY -> {
          try (Directory from = source.child(name);
              Directory to = target.childOrNew(name)) {
            stageTree(from, to);
          }
        }
        case ABSENT, LINK, OTHER ->
            throw new InstallRefused(
                "the kept version was changed: " + name + " is not a regular file");
      }
    }
    if (looks != null) {
      looks.giveToDirectory(target.path().resolve(".")); // the path itself is a link to it
    }
    if (oneByOne()) {
      target.sync();
    }
  }

  private void stageFile(Directory source, String sourceName, Directory target, String name)
      throws InstallRefused, IOException {
    if (looks != null || !linked(source, sourceName, target, name)) {
      copyFile(source.path().resolve(sourceName), target.path().resolve(name));
    } else if (target.entry(name).kind() != Kind.FILE) {
      throw new InstallRefused(
          "the kept version was changed: " + sourceName + " is not a regular file");
    } else if (oneByOne()) {
      try (FileChannel file =
          FileChannel.open(
              target.path().resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        file.force(true);
      }
    }
  }

  /** Whether it could be linked; not when the file system has no links, or is another one. */
  private boolean linked(Directory source, String sourceName, Directory target, String name)
      throws IOException {
    try {
      links.link(source, sourceName, target, name);
      return true;
    } catch (LinuxException e) {
      boolean cannotBeLinked =
          e.errno() == LinuxException.EPERM
              || e.errno() == LinuxException.EMLINK
              || e.errno() == LinuxException.EOPNOTSUPP
              || e.errno() == LinuxException.EXDEV;
      if (cannotBeLinked) {
        return false;
      }
      throw e;
    }
  }

  private void copyFile(Path source, Path target) throws InstallRefused, IOException {
    if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
      throw new InstallRefused(
          "the kept version was changed: " + source.getFileName() + " is not a regular file");
    }
    try (FileChannel from =
            FileChannel.open(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileChannel to =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long size = from.size();
      long free = Files.getFileStore(rootPath).getUsableSpace();
      if (free < size) {
        throw new InstallRefused(
            "not enough space in %s: a copy needs %s, %s free"
                .formatted(rootPath, Sizes.text(size), Sizes.text(free)));
      }
      for (long at = 0; at < size; ) {
        long copied = from.transferTo(at, Math.min(COPY_BYTES_AT_ONCE, size - at), to);
        if (copied <= 0) {
          throw new IOException("the kept version became shorter while it was copied");
        }
        at += copied;
      }
      if (looks != null) {
        looks.giveTo(target);
      }
      if (oneByOne()) {
        to.force(true);
      }
    }
  }
}
