package io.seedfall.agent;

import io.seedfall.agent.Directory.Entry;
import io.seedfall.agent.Directory.Kind;
import io.seedfall.control.Destination;
import io.seedfall.node.FileSystemFlush;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a kept version at its destination in one step: at every moment the destination is the old
 * content, the new content, or absent, never half of anything, also across a kill or a power cut.
 *
 * <p>The new content is staged in {@code ROOT/.seedfall/install} as hard links to the kept version
 * (copies where the file system has no links), made durable, and then renamed over the destination.
 * Where a directory is replaced, the two names are exchanged in one system call, and {@link #sweep}
 * removes the old one from the staging directory.
 *
 * <p>Every directory from the root to the destination is opened by one name relative to the one
 * before, links refused, and held open until the end. Swapping a parent for a link meanwhile leads
 * nowhere.
 *
 * <p>What may be replaced: a regular file by a file, whoever put it there; an empty directory by a
 * tree; anything else only when this agent installed it ({@code ours}). An installed tree is the
 * agent's own: what others put into it goes with it. Symbolic links are never replaced.
 *
 * <p>One thread.
 */
final class Installer implements AutoCloseable {
  /** The agent's own directory inside the root. */
  static final String OWN_DIRECTORY = ".seedfall";

  private static final String STAGING = "install";
  private static final int COPY_BYTES_AT_ONCE = 8 << 20;
  private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

  /** How a file gets its second name; tests put a file system without hard links here. */
  interface Links {
    void link(Directory source, String sourceName, Directory target, String name)
        throws IOException;
  }

  private final Path rootPath;
  private final Directory root;
  private final Directory staging;
  private final Links links;
  private long stagedCount;

  /** Files and directories of the version that is being staged, so far. */
  private int entries;

  private Installer(Path rootPath, Directory root, Directory staging, Links links) {
    this.rootPath = rootPath;
    this.root = root;
    this.staging = staging;
    this.links = links;
  }

  /**
   * Opens the installer of a root and removes what a killed one left.
   *
   * @param rootPath absolute
   */
  static Installer open(Path rootPath) throws IOException {
    return open(rootPath, (source, name, target, newName) -> target.link(source, name, newName));
  }

  static Installer open(Path rootPath, Links links) throws IOException {
    Directory root = Directory.open(rootPath);
    try (Directory own = root.childOrNew(OWN_DIRECTORY)) {
      Installer installer = new Installer(rootPath, root, own.childOrNew(STAGING), links);
      installer.sweep();
      return installer;
    } catch (IOException e) {
      root.close();
      throw e;
    }
  }

  /**
   * Says early, before anything is fetched, what {@link #install} would refuse.
   *
   * @param tree whether a directory is to be put there, else a file
   * @param ours whether this agent installed what is there now
   */
  void check(Destination destination, boolean tree, boolean ours)
      throws InstallRefused, IOException {
    Way way = descend(destination, false);
    try (Directory deepest = way.deepest()) {
      requireSameFileSystem(deepest, destination);
      deepest.requireWritable();
      if (way.whole()) {
        requireReplaceable(deepest, destination, tree, ours);
      }
    } catch (LinuxException e) {
      throw refusal(e, destination);
    }
  }

  /**
   * Puts content in place. When it returns, the new content is there and durable; when it throws,
   * the destination is as it was.
   *
   * @param content the file, or the directory of a tree, of a kept version
   * @param tree which of the two
   * @param ours whether this agent installed what is there now
   */
  void install(Path content, boolean tree, Destination destination, boolean ours)
      throws InstallRefused, IOException {
    String staged = "new-" + stagedCount++;
    try (Directory parent = descend(destination, true).deepest()) {
      requireSameFileSystem(parent, destination);
      Entry before = requireReplaceable(parent, destination, tree, ours);
      stage(content, tree, staged);
      place(staged, parent, destination, before);
    } catch (LinuxException e) {
      discard(staged);
      throw refusal(e, destination);
    } catch (IOException | InstallRefused e) {
      discard(staged);
      throw e;
    }
  }

  /** Removes everything from the staging directory: old trees, and what a killed install left. */
  void sweep() {
    try {
      for (String name : staging.names()) {
        discard(name);
      }
    } catch (IOException e) {
      LOG.warn("cannot list {}/{}: {}", OWN_DIRECTORY, STAGING, e.getMessage());
    }
  }

  private void discard(String staged) {
    try {
      staging.removeTree(staged);
    } catch (IOException e) {
      LOG.warn("left behind in {}/{}: {}", OWN_DIRECTORY, STAGING, e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    staging.close();
    root.close();
  }

  /* --------------- The way to the destination --------------- */

  /** The deepest directory reached, and whether it is the destination's own parent. */
  private record Way(Directory deepest, boolean whole) {}

  private Way descend(Destination destination, boolean make) throws InstallRefused, IOException {
    List<String> parts = destination.parts();
    if (parts.getFirst().equalsIgnoreCase(OWN_DIRECTORY)) {
      throw new InstallRefused(
          "destination " + destination + " lies in " + OWN_DIRECTORY + ", the agent's own");
    }
    Directory at = root.again();
    try {
      int depth = 0;
      for (String name : parts.subList(0, parts.size() - 1)) {
        if (!make && at.entry(name).kind() == Kind.ABSENT) {
          return new Way(at, false);
        }
        Directory next = step(at, name, depth++, destination, make);
        at.close();
        at = next;
      }
      return new Way(at, true);
    } catch (IOException | InstallRefused e) {
      at.close();
      throw e;
    }
  }

  private Directory step(
      Directory at, String name, int depth, Destination destination, boolean make)
      throws InstallRefused, IOException {
    try {
      return make ? at.childOrNew(name) : at.child(name);
    } catch (LinuxException e) {
      String path = rootPath + "/" + String.join("/", destination.parts().subList(0, depth + 1));
      throw switch (at.entry(name).kind()) {
        case LINK -> new InstallRefused(path + " is a symbolic link: links are not followed");
        case FILE, OTHER -> new InstallRefused(path + " is not a directory");
        case ABSENT, DIRECTORY -> refusal(e, destination);
      };
    }
  }

  /* --------------- What may be replaced --------------- */

  private Entry requireReplaceable(
      Directory parent, Destination destination, boolean tree, boolean ours)
      throws InstallRefused, IOException {
    String name = destination.parts().getLast();
    Entry entry = parent.entry(name);
    String what = rootPath + "/" + destination;
    switch (entry.kind()) {
      case ABSENT -> {}
      case FILE -> {
        if (tree && !ours) {
          throw new InstallRefused(what + " is a file: a directory is to be put there");
        }
      }
      case DIRECTORY -> {
        if (!ours && !tree) {
          throw new InstallRefused(what + " is a directory: a file is to be put there");
        }
        if (!ours && !isEmpty(parent, name)) {
          throw new InstallRefused(what + " is a directory that Seedfall did not install");
        }
      }
      case LINK -> throw new InstallRefused(what + " is a symbolic link: links are not replaced");
      case OTHER -> throw new InstallRefused(what + " is neither a file nor a directory");
    }
    return entry;
  }

  private static boolean isEmpty(Directory parent, String name) throws IOException {
    try (Directory there = parent.child(name)) {
      return there.names().isEmpty();
    }
  }

  private void requireSameFileSystem(Directory parent, Destination destination)
      throws InstallRefused, IOException {
    if (parent.entry(".").device() != staging.entry(".").device()) {
      throw otherFileSystem(destination);
    }
  }

  private InstallRefused otherFileSystem(Destination destination) {
    return new InstallRefused(
        rootPath
            + "/"
            + destination
            + " is on another file system than the root "
            + rootPath
            + ": no atomic install is possible there");
  }

  private InstallRefused refusal(LinuxException e, Destination destination) {
    String what = rootPath + "/" + destination;
    return switch (e.errno()) {
      case LinuxException.EACCES, LinuxException.EPERM, LinuxException.EROFS ->
          new InstallRefused("destination " + what + " is not writable: " + e.getMessage());
      case LinuxException.ENOSPC, LinuxException.EDQUOT ->
          new InstallRefused("no space left for " + what + ": " + e.getMessage());
      case LinuxException.EXDEV -> otherFileSystem(destination);
      default -> new InstallRefused("cannot install at " + what + ": " + e.getMessage());
    };
  }

  /* --------------- Staging --------------- */

  private void stage(Path content, boolean tree, String staged) throws InstallRefused, IOException {
    entries = 0;
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
    if (oneByOne()) {
      target.sync();
    }
  }

  private void stageFile(Directory source, String sourceName, Directory target, String name)
      throws InstallRefused, IOException {
    try {
      links.link(source, sourceName, target, name);
    } catch (LinuxException e) {
      switch (e.errno()) {
        case LinuxException.EPERM, LinuxException.EMLINK, LinuxException.EOPNOTSUPP ->
            copyFile(source.path().resolve(sourceName), target.path().resolve(name));
        default -> throw e;
      }
    }
    if (target.entry(name).kind() != Kind.FILE) {
      throw new InstallRefused(
          "the kept version was changed: " + sourceName + " is not a regular file");
    }
    if (oneByOne()) {
      try (FileChannel file =
          FileChannel.open(
              target.path().resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        file.force(true);
      }
    }
  }

  private void copyFile(Path source, Path target) throws InstallRefused, IOException {
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
    }
  }

  /* --------------- The one step --------------- */

  private void place(String staged, Directory parent, Destination destination, Entry before)
      throws InstallRefused, IOException {
    String name = destination.parts().getLast();
    boolean fileOntoFile = before.kind() == Kind.FILE && staging.entry(staged).kind() == Kind.FILE;
    if (before.kind() == Kind.ABSENT) {
      try {
        staging.renameToFree(staged, parent, name);
      } catch (LinuxException e) {
        if (e.errno() == LinuxException.EEXIST) {
          throw appeared(destination);
        }
        throw e;
      }
    } else if (fileOntoFile) {
      staging.rename(staged, parent, name);
      // Two names of one file: the system leaves both, and the old one is right already.
      staging.removeTree(staged);
    } else {
      staging.exchange(staged, parent, name);
      // What came out must be what was allowed to be replaced; else somebody was quicker.
      if (!staging.entry(staged).equals(before)) {
        staging.exchange(staged, parent, name);
        throw appeared(destination);
      }
    }
    parent.sync();
    staging.sync();
  }

  private InstallRefused appeared(Destination destination) {
    return new InstallRefused(
        rootPath + "/" + destination + " was made by somebody else during the install");
  }
}
