package io.seedfall.agent;

import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where versions lie: {@code ROOT/.seedfall/versions/INFOHASH/}, with {@code metainfo}, {@code
 * content/} and what the transfer keeps beside it. On the root's file system, so that installing is
 * linking. Stateless but for its paths; no two calls for one info-hash at a time.
 */
final class VersionStore {
  /** A version that is not complete is forgotten when nobody came back to it for so long. */
  static final Duration PARTIAL_KEPT = Duration.ofDays(7);

  private static final String METAINFO = "metainfo";
  private static final String CONTENT = "content";

  private final Path root;
  private final Path versions;
  private final Path incoming;

  private VersionStore(Path root, Path own) {
    this.root = root;
    this.versions = own.resolve("versions");
    this.incoming = own.resolve("incoming");
  }

  /**
   * Makes the agent's own directory in the root and takes its lock with {@link #lock}.
   *
   * @throws IOException when the root is no directory we can write to, in one line
   */
  static VersionStore open(Path root) throws IOException {
    Path own = ownDirectory(root);
    VersionStore store = new VersionStore(root, own);
    Files.createDirectories(store.versions);
    Files.createDirectories(store.incoming);
    return store;
  }

  /**
   * Makes the agent's own directory in a root, if need be.
   *
   * @throws IOException when the root is no directory we can write to, in one line
   */
  static Path ownDirectory(Path root) throws IOException {
    Path own = root.resolve(Installer.OWN_DIRECTORY);
    if (!Files.isDirectory(root)) {
      throw new IOException("root " + root + " is not a directory: make it first");
    }
    try {
      if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(own);
      }
    } catch (IOException e) {
      throw new IOException("root " + root + " is not writable: " + e.getMessage(), e);
    }
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)
        || !self.equals(Files.getAttribute(own, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
      throw new IOException(own + " is not a directory of this user: remove it");
    }
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    return own;
  }

  DirectoryLock lock() throws IOException {
    return DirectoryLock.take(root.resolve(Installer.OWN_DIRECTORY), "root");
  }

  Path directory(InfoHash infoHash) {
    return versions.resolve(infoHash.hex());
  }

  /** The file of a single-file torrent, the directory of the files of any other. */
  Path content(Metainfo metainfo) {
    return contentBelow(directory(metainfo.infoHash()), metainfo);
  }

  /** The same below a version's directory that lies elsewhere. */
  static Path contentBelow(Path directory, Metainfo metainfo) {
    Path content = directory.resolve(CONTENT);
    return metainfo.isSingleFile()
        ? content.resolve(metainfo.files().getFirst().path().toString())
        : content;
  }

  /** Whether that place holds links to the version: one file tells for all. */
  boolean isLinkedAt(Path place, Metainfo metainfo) {
    Path content = content(metainfo);
    String first = metainfo.files().getFirst().path().toString();
    Object one = fileKey(metainfo.isSingleFile() ? content : content.resolve(first));
    Object other = fileKey(metainfo.isSingleFile() ? place : place.resolve(first));
    return one != null && one.equals(other);
  }

  private static @Nullable Object fileKey(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException absent) {
      return null;
    }
  }

  /** Whether anything of its content is here already, its space with it. */
  boolean isBegun(InfoHash infoHash) {
    return Files.exists(directory(infoHash).resolve(CONTENT), LinkOption.NOFOLLOW_LINKS);
  }

  long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  /** The metainfo kept with a version, null when there is none or it is damaged. */
  @Nullable Metainfo readMetainfo(InfoHash infoHash) throws IOException {
    Path file = directory(infoHash).resolve(METAINFO);
    try {
      if (Files.size(file) > Metainfo.TORRENT_BYTES_MAX) {
        return null;
      }
      return switch (MetainfoParser.parseWithInfoHash(Files.readAllBytes(file))) {
        case ParsedMetainfo.Valid(Metainfo metainfo) ->
            metainfo.infoHash().equals(infoHash) ? metainfo : null;
        case ParsedMetainfo.Invalid _ -> null;
      };
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  /** Keeps the metainfo with its version. It needs no fsync: whoever reads it checks its hash. */
  void writeMetainfo(InfoHash infoHash, byte[] torrent) throws IOException {
    Path directory = Files.createDirectories(directory(infoHash));
    Path next = directory.resolve(METAINFO + ".next");
    Files.write(next, torrent);
    Files.move(next, directory.resolve(METAINFO), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes a version. */
  void delete(InfoHash infoHash) throws IOException {
    try (Directory open = Directory.open(versions)) {
      open.removeTree(infoHash.hex());
    }
  }

  /**
   * Removes what no agent will come back to: staged handovers, foreign entries, and versions that
   * are neither complete nor begun lately.
   *
   * @param complete info-hashes in hexadecimal digits
   */
  void sweep(java.util.Set<String> complete, Instant now) throws IOException {
    try (Directory open = Directory.open(incoming)) {
      for (String name : open.names()) {
        open.removeTree(name);
      }
    }
    try (Directory open = Directory.open(versions)) {
      for (String name : open.names()) {
        Instant changed = Files.getLastModifiedTime(versions.resolve(name)).toInstant();
        boolean lately = changed.plus(PARTIAL_KEPT).isAfter(now);
        if (!complete.contains(name) && !(lately && name.matches("[0-9a-f]{64}"))) {
          open.removeTree(name);
        }
      }
    }
  }

  /* --------------- Handover --------------- */

  /** A new directory for a handover: the content goes below {@link #stagedContent}. */
  Path stage(long number) throws IOException {
    Path staged = incoming.resolve(Long.toString(number));
    Files.createDirectories(stagedContent(staged));
    return staged;
  }

  static Path stagedContent(Path staged) {
    return staged.resolve(CONTENT);
  }

  /** Makes a staged handover the version of its info-hash; an old one there is removed. */
  void adopt(Path staged, InfoHash infoHash) throws IOException {
    delete(infoHash);
    Files.move(staged, directory(infoHash), StandardCopyOption.ATOMIC_MOVE);
  }

  void deleteStaged(Path staged) throws IOException {
    try (Directory open = Directory.open(incoming)) {
      open.removeTree(String.valueOf(staged.getFileName()));
    }
  }

  /** The versions that lie here, complete or not. */
  List<String> names() throws IOException {
    try (Directory open = Directory.open(versions)) {
      return new ArrayList<>(open.names());
    }
  }
}
