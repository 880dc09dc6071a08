package io.seedfall.node;

import io.seedfall.protocol.PieceSet;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is known of the files of one transfer, as an append-only file of records
 * (docs/decisions/0003-the-journal-says-what-is-verified.md).
 *
 * <pre>
 *   record   = type (1 byte) | payload length (4) | payload | CRC-32C of all before (4)
 *   BEGIN    = format version (4) | torrent (32) | piece count (4)          first, and only there;
 *              the torrent is the v2 info-hash, or of a v1 torrent the SHA-1 and twelve zeros
 *   SNAPSHOT = bitfield       these pieces are on the disk
 *   PIECE    = piece (4)      its bytes had their hash and are in the file, perhaps not on the disk
 *   SYNCED   = position (8)   every PIECE that begins before that position is on the disk
 *   SEALED   = per file: length (8) | modified, nanoseconds (8) | inode (8)
 *              all pieces said so far are on the disk, the files look like this, and nobody writes:
 *              void as soon as another record follows
 * </pre>
 *
 * <p>A record that is not whole ends the journal: what a torn write left behind is never believed.
 * One thread at a time calls it; its owner's lock sees to that. {@link JournalReplay} reads it.
 */
final class Journal implements Closeable {
  static final int VERSION = 1;

  static final byte BEGIN = 1;
  static final byte SNAPSHOT = 2;
  static final byte PIECE = 3;
  static final byte SYNCED = 4;
  static final byte SEALED = 5;

  /** Bytes of a record without its payload. */
  static final int FRAME_BYTES = 1 + 4 + 4;

  /** Bytes of the payload of BEGIN. */
  static final int BEGIN_BYTES = 4 + 32 + 4;

  /** Bytes of one file's part of SEALED. */
  static final int FINGERPRINT_BYTES = 24;

  private final FileChannel channel;
  private long end;

  private Journal(FileChannel channel, long end) {
    this.channel = channel;
    this.end = end;
  }

  /**
   * Replaces the journal at {@code path} by one that says only that {@code onDisk} is on the disk.
   * The old one stays until the new one is on the disk itself.
   */
  static Journal rewrite(Path path, TorrentId torrent, PieceSet onDisk) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      Journal journal = new Journal(channel, 0);
      ByteBuffer begin = ByteBuffer.allocate(BEGIN_BYTES).putInt(VERSION);
      begin.put(torrent.toJournalBytes()).putInt(onDisk.pieces());
      journal.append(BEGIN, begin.array());
      if (!onDisk.isEmpty()) {
        journal.append(SNAPSHOT, onDisk.toBitfield());
      }
      journal.force();
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        DurableFiles.forceDirectory(directory);
      }
      return journal;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Goes on behind the last whole record of a journal that was replayed. */
  static Journal resume(Path path, JournalReplay replay) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
    return new Journal(channel, replay.endBytes());
  }

  /** What a journal may grow to while a torrent is fetched once, in bytes. */
  static long bytesMax(int pieceCount, int fileCount) {
    long perPiece = 2L * FRAME_BYTES + 4 + 8; // said once, and synced once each at worst
    return 3L * FRAME_BYTES
        + BEGIN_BYTES
        + (pieceCount + 7) / 8
        + pieceCount * perPiece
        + (long) fileCount * FINGERPRINT_BYTES;
  }

  /** Where the next record begins, in bytes. */
  long position() {
    return end;
  }

  /** The piece's bytes had their hash and are written. */
  void piece(int piece) throws IOException {
    append(PIECE, ByteBuffer.allocate(4).putInt(piece).array());
  }

  /** The pieces that were journaled before {@code position} are on the disk. */
  void synced(long position) throws IOException {
    append(SYNCED, ByteBuffer.allocate(8).putLong(position).array());
    force();
  }

  /** All pieces are on the disk, the files look like this, and nobody writes any more. */
  void sealed(List<Fingerprint> files) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(files.size() * FINGERPRINT_BYTES);
    for (Fingerprint file : files) {
      payload.putLong(file.bytes()).putLong(file.modifiedNanos()).putLong(file.inode());
    }
    append(SEALED, payload.array());
    force();
  }

  private void force() throws IOException {
    channel.force(false);
  }

  private void append(byte type, byte[] payload) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(FRAME_BYTES + payload.length);
    record.put(type).putInt(payload.length).put(payload);
    CRC32C crc = new CRC32C();
    crc.update(record.array(), 0, record.position());
    record.putInt((int) crc.getValue()).flip();
    long at = end;
    while (record.hasRemaining()) {
      at += channel.write(record, at);
    }
    end = at;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
