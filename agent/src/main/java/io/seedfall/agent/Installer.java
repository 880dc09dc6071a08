package io.seedfall.agent;

import io.seedfall.agent.Directory.Entry;
import io.seedfall.agent.Directory.Kind;
import io.seedfall.control.Destination;
import io.seedfall.control.FileAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a kept version at its destination in one step: at every moment the destination is the old
 * content, the new content, or absent, never half of anything, also across a kill or a power cut.
 *
 * <p>{@link #prepare} lays the new content into {@code ROOT/.seedfall/install}, as hard links to
 * the kept version (copies where the file system has no links), and makes it durable. {@link
 * #place} renames it over the destination. Where a directory is replaced, or what was there may
 * have to come back, the two names are exchanged in one system call: the old content then has the
 * name of the prepared one, {@link #restore} brings it back, {@link #discard} removes it.
 *
 * <p>Every directory from the root to the destination is opened by one name relative to the one
 * before, links refused, and held open until the end. Swapping a parent for a link meanwhile leads
 * nowhere.
 *
 * <p>What may be replaced: a regular file by a file, whoever put it there; an empty directory by a
 * tree; anything else only when this agent installed it ({@code ours}). An installed tree is the
 * agent's own: what others put into it goes with it. Symbolic links are never replaced.
 *
 * <p>Any thread may prepare and discard; one at a time checks, places and restores.
 */
final class Installer implements AutoCloseable {
  /** The agent's own directory inside the root. */
  static final String OWN_DIRECTORY = ".seedfall";

  private static final String STAGING = "install";
  private static final String NAME_PREFIX = "new-";
  private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

  private final Path rootPath;
  private final Directory root;
  private final Directory staging;
  private final Staging.Links links;
  private final AtomicLong nextName = new AtomicLong();

  private Installer(Path rootPath, Directory root, Directory staging, Staging.Links links) {
    this.rootPath = rootPath;
    this.root = root;
    this.staging = staging;
    this.links = links;
  }

  /**
   * Opens the installer of a root.
   *
   * @param rootPath absolute
   */
  static Installer open(Path rootPath) throws IOException {
    return open(rootPath, (source, name, target, newName) -> target.link(source, name, newName));
  }

  static Installer open(Path rootPath, Staging.Links links) throws IOException {
    Directory root = Directory.open(rootPath);
    try (Directory own = root.childOrNew(OWN_DIRECTORY)) {
      return new Installer(rootPath, root, own.childOrNew(STAGING), links);
    } catch (IOException e) {
      root.close();
      throw e;
    }
  }

  /**
   * Says early, before anything is fetched, what {@link #place} would refuse.
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
   * Lays content ready. When it returns, all that is left to do is a rename; when it throws,
   * nothing is left behind.
   *
   * @param content the file, or the directory of a tree, of a kept version
   * @param tree which of the two
   * @param ours whether this agent installed what is at the destination now
   * @param attributes what its files are to look like
   */
  Prepared prepare(
      Path content, boolean tree, Destination destination, boolean ours, FileAttributes attributes)
      throws InstallRefused, IOException {
    check(destination, tree, ours);
    FileLooks looks = FileLooks.isPlain(attributes) ? null : FileLooks.of(attributes, rootPath);
    String name = NAME_PREFIX + nextName.getAndIncrement();
    try {
      new Staging(rootPath, staging, links, looks).lay(content, tree, name);
      long inode = staging.entry(name).inode();
      return new Prepared(name, inode, inode == inodeAt(destination));
    } catch (LinuxException e) {
      discard(name);
      throw refusal(e, destination);
    } catch (IOException | InstallRefused e) {
      discard(name);
      throw e;
    }
  }

  /** The inode of what is at a destination, 0 when nothing is. */
  private long inodeAt(Destination destination) throws InstallRefused, IOException {
    Way way = descend(destination, false);
    try (Directory deepest = way.deepest()) {
      return way.whole() ? deepest.entry(destination.parts().getLast()).inode() : 0;
    }
  }

  /**
   * Puts prepared content in place. When it returns, the new content is there and durable; when it
   * throws, the destination is as it was, and what was prepared is gone.
   *
   * @param ours whether this agent installed what is there now
   * @param keepOld whether {@link #restore} may be called afterwards; in any case {@link #discard}
   *     must be
   */
  void place(Prepared prepared, Destination destination, boolean ours, boolean keepOld)
      throws InstallRefused, IOException {
    try (Directory parent = descend(destination, true).deepest()) {
      requireSameFileSystem(parent, destination);
      boolean tree = staging.entry(prepared.name()).kind() == Kind.DIRECTORY;
      Entry before = requireReplaceable(parent, destination, tree, ours);
      place(prepared.name(), parent, destination, before, keepOld);
    } catch (LinuxException e) {
      discard(prepared.name());
      throw refusal(e, destination);
    } catch (IOException | InstallRefused e) {
      discard(prepared.name());
      throw e;
    }
  }

  /**
   * Takes back what {@link #place} did with {@code keepOld}: what was there before is there again,
   * or nothing.
   *
   * @throws InstallRefused when something else is at the destination by now; it stays
   */
  void restore(Prepared prepared, Destination destination) throws InstallRefused, IOException {
    Way way = descend(destination, false);
    try (Directory parent = way.deepest()) {
      String name = destination.parts().getLast();
      if (!way.whole() || parent.entry(name).inode() != prepared.inode()) {
        throw new InstallRefused(
            "what is at " + rootPath + "/" + destination + " was put there by somebody else");
      }
      if (staging.entry(prepared.name()).kind() == Kind.ABSENT) {
        parent.renameToFree(name, staging, prepared.name());
      } else {
        staging.exchange(prepared.name(), parent, name);
      }
      parent.sync();
      staging.sync();
    } catch (LinuxException e) {
      throw refusal(e, destination);
    }
  }

  /** Whether what was prepared under this inode is at the destination. */
  boolean isInPlace(Prepared prepared, Destination destination) {
    try {
      return !prepared.already() && inodeAt(destination) == prepared.inode();
    } catch (IOException | InstallRefused elsewhere) {
      return false;
    }
  }

  /** Where prepared content lies. */
  Path pathOf(Prepared prepared) {
    return rootPath.resolve(OWN_DIRECTORY).resolve(STAGING).resolve(prepared.name());
  }

  /** Removes what was prepared, or the old content that has its name since the switch. */
  void discard(Prepared prepared) {
    discard(prepared.name());
  }

  /**
   * Removes everything that a killed agent left in the staging directory.
   *
   * @param kept the names that are still wanted
   */
  void sweep(Set<String> kept) {
    try {
      for (String name : staging.names()) {
        if (kept.contains(name)) {
          nextName.accumulateAndGet(numberOf(name) + 1, Math::max);
        } else {
          discard(name);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot list {}/{}: {}", OWN_DIRECTORY, STAGING, e.getMessage());
    }
  }

  private static long numberOf(String name) {
    return name.matches(NAME_PREFIX + "[0-9]{1,18}")
        ? Long.parseLong(name.substring(NAME_PREFIX.length()))
        : 0;
  }

  private void discard(String name) {
    try {
      staging.removeTree(name);
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

  /* --------------- The one step --------------- */

  private void place(
      String staged, Directory parent, Destination destination, Entry before, boolean keepOld)
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
    } else if (fileOntoFile && !keepOld) {
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
