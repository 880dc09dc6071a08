package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where blocks go while their piece is not verified, when the files themselves are in use: sparse
 * files of the same lengths in a directory beside the content. So programs that have a file open or
 * mapped while it is repaired see the bytes that it had, or the right ones, and never what a peer
 * made up.
 *
 * <pre>
 *   block --> draft --piece verified--> published into the file --> journaled
 * </pre>
 *
 * <p>A draft is worth nothing after a restart: the directory is made anew.
 */
final class Drafts {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(Drafts.class);

  private final Path directory;
  private final TorrentFiles places;
  private final OpenFiles files;

  private Drafts(Path directory, TorrentFiles places) {
    this.directory = directory;
    this.places = places;
    this.files = new OpenFiles(places.paths(), true, false, FileChannel::open);
  }

  /**
   * Makes drafts of the files that pieces of {@code missing} have bytes of.
   *
   * @param directory made anew
   */
  static Drafts make(Path directory, TorrentFiles content, PieceSet missing) throws IOException {
    remove(directory);
    Files.createDirectories(directory);
    TorrentFiles places = content.numbered(directory);
    PieceGeometry geometry = places.geometry();
    int made = -1;
    for (int piece = missing.next(0); piece >= 0; piece = missing.next(piece + 1)) {
      Block whole = new Block(piece, 0, geometry.pieceLength(piece));
      for (Segment segment : geometry.segments(whole)) {
        if (segment.file() > made && !places.isPad(segment.file())) {
          made = segment.file();
          makeSparse(places.path(made), geometry.fileBytes(made));
        }
      }
    }
    return new Drafts(directory, places);
  }

  private static void makeSparse(Path file, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      channel.write(ByteBuffer.allocate(1), bytes - 1);
    }
  }

  /** The drafts of all files, opened when they are needed. */
  OpenFiles files() {
    return files;
  }

  /** Writes a piece, which is verified, into the files that are in use. */
  void publish(int piece, TorrentBytes content) throws IOException {
    TorrentBytes drafted = new TorrentBytes(places, files);
    int length = places.geometry().pieceLength(piece);
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER_BYTES, length));
    for (int done = 0; done < length; ) {
      Block block = new Block(piece, done, Math.min(BUFFER_BYTES, length - done));
      drafted.read(block, buffer.clear().limit(block.length()));
      content.write(block, buffer.flip());
      done += block.length();
    }
  }

  /**
   * Closes and removes them, when that was not done before. Nobody may use one any more. What
   * cannot be removed only takes room, and goes with its version.
   */
  void discard() {
    try {
      files.close();
      remove(directory);
    } catch (IOException e) {
      LOG.warn("drafts are left behind in {}: {}", directory, Words.of(e));
    }
  }

  /** Removes what an earlier run left there. */
  static void remove(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
        for (Path file : left) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(directory);
  }
}
