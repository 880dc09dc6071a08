package io.seedfall.node;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The directory that a fetch owns:
 *
 * <pre>
 *   directory/content/...   the files, full length from the start
 *   directory/journal       which pieces of them are verified
 *   directory/drafts/...    what is not verified yet, while a repair goes on
 * </pre>
 *
 * <p>Opening it finds out what is there already: what the journal vouches for is believed, what is
 * in doubt is hashed again, everything else is to be fetched. Room for all files is reserved before
 * the first byte comes.
 */
final class StagingArea {
  /** Name of the journal in its directory. */
  static final String JOURNAL = "journal";

  /** Tells how much room there is; a test puts a small disk here. */
  @FunctionalInterface
  interface Room {
    /** Bytes that may still be written below {@code directory}. */
    long usableBytes(Path directory) throws IOException;
  }

  /**
   * What was there.
   *
   * @param files opened for reading
   * @param writable the same for writing: apart, so that nobody has a complete file open for
   *     writing, which could not be executed (ETXTBSY)
   * @param verified the pieces that are here for sure
   * @param dirty those of them that are perhaps not on the disk yet
   * @param seal what the files look like, when nobody wrote them since they were put on the disk
   * @param drafts where blocks are to go until their piece is verified; null when that is where
   *     they belong
   */
  record Found(
      OpenFiles files,
      OpenFiles writable,
      Journal journal,
      PieceSet verified,
      PieceSet dirty,
      @Nullable List<Fingerprint> seal,
      @Nullable Drafts drafts) {}

  private final Path directory;
  private final boolean inUse;
  private final Path contentRoot;
  private final TorrentId torrent;
  private final PieceGeometry geometry;
  private final TorrentFiles places;

  /**
   * The staging area of a torrent at {@code directory}; nothing is touched yet.
   *
   * @param inUse whether others use the files, so that nothing may be written into them that is not
   *     verified
   */
  StagingArea(Path directory, Metainfo metainfo, boolean inUse) {
    this.directory = directory;
    this.inUse = inUse;
    this.contentRoot = directory.resolve("content");
    this.torrent = TorrentId.of(metainfo);
    this.geometry = metainfo.geometry();
    this.places = TorrentFiles.below(metainfo, contentRoot);
  }

  /** The files and where they are. */
  TorrentFiles places() {
    return places;
  }

  /** The directory that holds them. */
  Path contentRoot() {
    return contentRoot;
  }

  /**
   * Makes the files, and finds out which pieces are here.
   *
   * @throws TransferException NO_SPACE when the files do not fit, IO_ERROR when the disk fails or
   *     the directory belongs to another torrent
   */
  Found open(PieceHashes hashes, Room room, OpenFiles.Opener opener) throws TransferException {
    try {
      return openOrThrow(hashes, room, opener);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** What trouble with the files or the journal means to a transfer. */
  TransferException unusable(IOException e) {
    if (e instanceof TransferException said) {
      return said;
    }
    TransferFault fault = Words.meansNoSpace(e) ? TransferFault.NO_SPACE : TransferFault.IO_ERROR;
    return new TransferException(fault, "cannot use " + directory + ": " + Words.of(e), e);
  }

  private Found openOrThrow(PieceHashes hashes, Room room, OpenFiles.Opener opener)
      throws IOException {
    Files.createDirectories(contentRoot);
    Path journalPath = directory.resolve(JOURNAL);
    JournalReplay replay =
        JournalReplay.read(journalPath, torrent, geometry.pieceCount(), geometry.fileCount());
    PieceSet believed = new PieceSet(geometry.pieceCount());
    PieceSet doubted = new PieceSet(geometry.pieceCount());
    boolean untouched = sort(replay, believed, doubted);
    if (untouched) {
      PieceSet nothing = new PieceSet(geometry.pieceCount());
      Journal journal = Journal.resume(journalPath, replay);
      return new Found(
          files(opener),
          writable(opener),
          journal,
          believed,
          nothing,
          replay.seal(),
          drafts(believed));
    }
    checkRoom(room);
    Journal journal = Journal.rewrite(journalPath, torrent, believed);
    OpenFiles files = files(opener);
    try {
      reserveAll();
      PieceSet dirty = hashAgain(doubted, journal, files, hashes);
      for (int piece = dirty.next(0); piece >= 0; piece = dirty.next(piece + 1)) {
        believed.add(piece);
      }
      return new Found(files, writable(opener), journal, believed, dirty, null, drafts(believed));
    } catch (IOException | RuntimeException e) {
      files.close();
      journal.close();
      throw e;
    }
  }

  private OpenFiles files(OpenFiles.Opener opener) {
    return new OpenFiles(places.paths(), false, true, opener);
  }

  private OpenFiles writable(OpenFiles.Opener opener) {
    return new OpenFiles(places.paths(), true, false, opener);
  }

  private @Nullable Drafts drafts(PieceSet verified) throws IOException {
    Path drafts = directory.resolve("drafts");
    if (inUse && !verified.isFull()) {
      return Drafts.make(drafts, places, verified.complement());
    }
    Drafts.remove(drafts);
    return null;
  }

  /* --------------- what is here --------------- */

  /**
   * Sorts the pieces that the journal speaks of; true when every file is as the journal's seal
   * says. A piece is worth what the worst of its files is.
   */
  private boolean sort(JournalReplay replay, PieceSet believed, PieceSet doubted) {
    List<Fingerprint> seal = replay.seal();
    boolean untouched = seal != null && !replay.torn();
    PieceSet lost = new PieceSet(geometry.pieceCount());
    PieceSet suspect = new PieceSet(geometry.pieceCount());
    for (int file = 0; file < places.count(); file++) {
      if (places.isPad(file)) {
        continue;
      }
      Fingerprint now = fingerprint(places.path(file));
      boolean asSealed = seal != null && seal.get(file).equals(now);
      boolean whole = now != null && now.bytes() == geometry.fileBytes(file);
      untouched &= asSealed;
      if (now == null) {
        addPiecesOf(file, lost);
      } else if (seal == null ? !whole : !asSealed) {
        addPiecesOf(file, suspect);
      }
    }
    for (int piece = 0; piece < geometry.pieceCount(); piece++) {
      boolean vouched = replay.onDisk().contains(piece);
      if (lost.contains(piece) || (!vouched && !replay.inDoubt().contains(piece))) {
        continue;
      }
      (vouched && !suspect.contains(piece) ? believed : doubted).add(piece);
    }
    return untouched;
  }

  private void addPiecesOf(int file, PieceSet pieces) {
    int first = geometry.firstPiece(file);
    for (int piece = first; piece < first + geometry.pieceCount(file); piece++) {
      pieces.add(piece);
    }
  }

  private static @Nullable Fingerprint fingerprint(Path path) {
    try {
      return Fingerprint.of(path);
    } catch (IOException e) {
      return null; // not there, or no file: to be made
    }
  }

  /** The pieces of {@code doubted} that are here after all; they are journaled again. */
  private PieceSet hashAgain(PieceSet doubted, Journal journal, OpenFiles files, PieceHashes hashes)
      throws IOException {
    PieceSet here = new PieceSet(geometry.pieceCount());
    ReentrantLock lock = new ReentrantLock();
    new PieceReader(places, files, hashes.kind())
        .hash(
            doubted,
            (piece, digest) -> {
              if (hashes.match(piece, digest)) {
                lock.lock();
                try {
                  here.add(piece);
                  journal.piece(piece);
                } finally {
                  lock.unlock();
                }
              }
            });
    return here;
  }

  /* --------------- room --------------- */

  private void checkRoom(Room room) throws IOException {
    long missing = Journal.bytesMax(geometry.pieceCount(), geometry.fileCount());
    for (int file = 0; file < places.count(); file++) {
      if (places.isPad(file)) {
        continue;
      }
      Fingerprint now = fingerprint(places.path(file));
      long present = now == null ? 0 : Math.min(now.bytes(), geometry.fileBytes(file));
      missing += geometry.fileBytes(file) - present;
    }
    long usable = room.usableBytes(contentRoot);
    if (missing > usable) {
      throw noSpace(missing, usable);
    }
  }

  private TransferException noSpace(long needed, long usable) {
    return new TransferException(
        TransferFault.NO_SPACE,
        "not enough space below %s: %s needed, %s free"
            .formatted(directory, Words.bytes(needed), Words.bytes(usable)));
  }

  private void reserveAll() throws IOException {
    Path made = contentRoot;
    for (int file = 0; file < places.count(); file++) {
      if (places.isPad(file)) {
        continue;
      }
      Path path = places.path(file);
      long bytes = geometry.fileBytes(file);
      Path parent = path.getParent();
      if (parent != null && !parent.equals(made)) {
        Files.createDirectories(parent);
        made = parent;
      }
      cutTo(path, bytes);
      if (Preallocation.reserve(path, bytes) == Preallocation.Outcome.NO_SPACE) {
        cutTo(path, 0);
        throw noSpace(bytes, Files.getFileStore(contentRoot).getUsableSpace());
      }
    }
    forceDirectories();
  }

  /** Makes the file when there is none, and shortens it when it is too long. */
  private static void cutTo(Path path, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(bytes);
    }
  }

  /** Puts the names of all files on the disk. */
  void forceDirectories() throws IOException {
    TreeSet<Path> directories = new TreeSet<>();
    for (int file = 0; file < places.count(); file++) {
      if (places.isPad(file)) {
        continue;
      }
      for (Path up = places.path(file).getParent();
          up != null && up.startsWith(contentRoot);
          up = up.getParent()) {
        if (!directories.add(up)) {
          break;
        }
      }
    }
    directories.add(contentRoot);
    directories.add(directory);
    if (directories.size() >= FileSystemFlush.FILES_MIN && FileSystemFlush.isThere()) {
      FileSystemFlush.of(directory);
      return;
    }
    for (Path each : directories) {
      DurableFiles.forceDirectory(each);
    }
  }
}
