package io.seedfall.agent;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An open directory. Entries are named by one name at a time, relative to the open descriptor, and
 * no symbolic link is ever followed: whoever swaps a parent for a link meanwhile changes nothing
 * about where we write. Not thread-safe; closing gives the descriptor back.
 */
final class Directory implements AutoCloseable {
  /** How deep {@link #removeTree} goes, one descriptor a level. */
  static final int DEPTH_MAX = 128;

  private static final int DIRECTORY_MODE = 0755;
  private static final int MODE_OFFSET = 28; // struct statx: stx_mode
  private static final int INODE_OFFSET = 32; // stx_ino
  private static final int DEVICE_OFFSET = 136; // stx_dev_major, stx_dev_minor
  private static final int TYPE_MASK = 0xf000;
  private static final int TYPE_DIRECTORY = 0x4000;
  private static final int TYPE_FILE = 0x8000;
  private static final int TYPE_LINK = 0xa000;

  /** What a name stands for. */
  enum Kind {
    ABSENT,
    FILE,
    DIRECTORY,
    LINK,
    OTHER
  }

  /** One entry as it is now; device and inode are 0 when it is absent. */
  record Entry(Kind kind, long device, long inode) {}

  private final int descriptor;
  private boolean closed;

  private Directory(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens a directory by path; links on the way to it are followed. */
  static Directory open(Path path) throws IOException {
    return new Directory(Linux.openDirectory(path.toAbsolutePath().toString()));
  }

  /** Opens this directory once more. */
  Directory again() throws IOException {
    return new Directory(Linux.openDirectoryAt(descriptor, "."));
  }

  /** Opens the directory {@code name} in here. */
  Directory child(String name) throws IOException {
    return new Directory(Linux.openDirectoryAt(descriptor, checked(name)));
  }

  /** Opens the directory {@code name} in here, and makes it first when it is absent. */
  Directory childOrNew(String name) throws IOException {
    if (entry(name).kind() == Kind.ABSENT) {
      try {
        Linux.makeDirectoryAt(descriptor, checked(name), DIRECTORY_MODE);
        sync();
      } catch (LinuxException e) {
        if (e.errno() != LinuxException.EEXIST) {
          throw e;
        }
      }
    }
    return child(name);
  }

  /** What {@code name} is. */
  Entry entry(String name) throws IOException {
    return name.equals(".") ? stat(".") : stat(checked(name));
  }

  private Entry stat(String name) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(Linux.STATX_BYTES, Long.BYTES);
      try {
        Linux.statAt(descriptor, name, stat);
      } catch (LinuxException e) {
        if (e.errno() == LinuxException.ENOENT) {
          return new Entry(Kind.ABSENT, 0, 0);
        }
        throw e;
      }
      Kind kind =
          switch (stat.get(ValueLayout.JAVA_SHORT, MODE_OFFSET) & TYPE_MASK) {
            case TYPE_DIRECTORY -> Kind.DIRECTORY;
            case TYPE_FILE -> Kind.FILE;
            case TYPE_LINK -> Kind.LINK;
            default -> Kind.OTHER;
          };
      return new Entry(
          kind,
          stat.get(ValueLayout.JAVA_LONG, DEVICE_OFFSET),
          stat.get(ValueLayout.JAVA_LONG, INODE_OFFSET));
    }
  }

  /** Gives the file {@code sourceName} of {@code source} a second name in here. */
  void link(Directory source, String sourceName, String name) throws IOException {
    Linux.linkAt(source.descriptor, checked(sourceName), descriptor, checked(name));
  }

  /** Moves an entry of here; a file at the target is replaced in the same step. */
  void rename(String name, Directory target, String targetName) throws IOException {
    Linux.renameAt(descriptor, checked(name), target.descriptor, checked(targetName), 0);
  }

  /** Moves an entry of here to a name that must be free. */
  void renameToFree(String name, Directory target, String targetName) throws IOException {
    Linux.renameAt(
        descriptor, checked(name), target.descriptor, checked(targetName), Linux.RENAME_NOREPLACE);
  }

  /** Swaps two entries in one step. */
  void exchange(String name, Directory target, String targetName) throws IOException {
    Linux.renameAt(
        descriptor, checked(name), target.descriptor, checked(targetName), Linux.RENAME_EXCHANGE);
  }

  /** Removes a file, a link, or a directory with all it holds; an absent name is no error. */
  void removeTree(String name) throws IOException {
    removeTree(checked(name), DEPTH_MAX);
  }

  private void removeTree(String name, int levelsLeft) throws IOException {
    switch (entry(name).kind()) {
      case ABSENT -> {}
      case FILE, LINK, OTHER -> Linux.unlinkAt(descriptor, name, 0);
      case DIRECTORY -> {
        if (levelsLeft == 0) {
          throw new IOException(name + " is nested deeper than " + DEPTH_MAX + " directories");
        }
        try (Directory child = child(name)) {
          for (String inner : child.names()) {
            child.removeTree(inner, levelsLeft - 1);
          }
        }
        Linux.unlinkAt(descriptor, name, Linux.REMOVE_DIRECTORY);
      }
    }
  }

  /** The names in here, in no order. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path())) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    }
    return names;
  }

  /**
   * A path for the JDK's own calls that means this open directory, wherever it is moved to. It is
   * good until {@link #close}. Whoever appends a name must not let the call follow links.
   */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  /** Throws when this process may not make entries in here. */
  void requireWritable() throws IOException {
    Linux.requireWritable(descriptor);
  }

  /** Makes the names in here survive a power cut. */
  void sync() throws IOException {
    Linux.sync(descriptor);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      Linux.close(descriptor);
    }
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("name: '" + name + "' (expected: one plain name)");
    }
    return name;
  }
}
