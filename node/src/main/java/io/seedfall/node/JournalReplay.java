package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Journal} says when it is read back, up to the last whole record. Three kinds of
 * pieces: on the disk for sure; in doubt, to be hashed again; and not here.
 */
final class JournalReplay {
  private final TorrentId torrent;
  private final int fileCount;
  private final PieceSet onDisk;
  private final PieceSet inDoubt;
  private final ArrayDeque<Written> written = new ArrayDeque<>();
  private @Nullable List<Fingerprint> seal;
  private long end;
  private boolean torn;

  /** A PIECE record that no SYNCED has covered yet. */
  private record Written(long position, int piece) {}

  private JournalReplay(TorrentId torrent, int pieceCount, int fileCount) {
    this.torrent = torrent;
    this.fileCount = fileCount;
    this.onDisk = new PieceSet(pieceCount);
    this.inDoubt = new PieceSet(pieceCount);
  }

  /**
   * Reads the journal at {@code path}; no journal is like one of which nothing is left.
   *
   * @throws IOException when it cannot be read, or belongs to another torrent
   */
  static JournalReplay read(Path path, TorrentId torrent, int pieceCount, int fileCount)
      throws IOException {
    JournalReplay replay = new JournalReplay(torrent, pieceCount, fileCount);
    try (InputStream file = Files.newInputStream(path)) {
      replay.readRecords(new DataInputStream(new BufferedInputStream(file)), path);
    } catch (NoSuchFileException e) {
      replay.torn = true;
    }
    replay.finish();
    return replay;
  }

  /** Pieces whose bytes were on the disk when the journal ended. */
  PieceSet onDisk() {
    return onDisk;
  }

  /**
   * Pieces whose bytes may be there: written and not known to be on the disk, or, when the
   * journal's end is torn, any that it may have spoken of.
   */
  PieceSet inDoubt() {
    return inDoubt;
  }

  /** What the files looked like when nobody wrote any more; null when somebody may have. */
  @Nullable List<Fingerprint> seal() {
    return seal;
  }

  /** Bytes up to the end of the last whole record. */
  long endBytes() {
    return end;
  }

  /** Whether there is something behind the last whole record. */
  boolean torn() {
    return torn;
  }

  private void readRecords(DataInputStream in, Path path) throws IOException {
    try {
      while (true) {
        int type = in.read();
        if (type < 0) {
          torn = end == 0; // not even a beginning
          return;
        }
        byte[] payload = payload(in, type);
        if (payload == null || !apply((byte) type, payload, path)) {
          torn = true;
          return;
        }
        end += Journal.FRAME_BYTES + payload.length;
      }
    } catch (EOFException e) {
      torn = true;
    }
  }

  /** The payload of a whole record, null when the record is none. */
  private byte @Nullable [] payload(DataInputStream in, int type) throws IOException {
    int length = in.readInt();
    if (length != expectedBytes(type)) {
      return null;
    }
    byte[] payload = in.readNBytes(length);
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(5).put((byte) type).putInt(length).flip());
    crc.update(payload);
    return payload.length == length && in.readInt() == (int) crc.getValue() ? payload : null;
  }

  private int expectedBytes(int type) {
    return switch (type) {
      case Journal.BEGIN -> Journal.BEGIN_BYTES;
      case Journal.SNAPSHOT -> (onDisk.pieces() + 7) >>> 3;
      case Journal.PIECE -> 4;
      case Journal.SYNCED -> 8;
      case Journal.SEALED -> fileCount * Journal.FINGERPRINT_BYTES;
      default -> -1;
    };
  }

  /** Takes one whole record in; false when it cannot stand where it does. */
  private boolean apply(byte type, byte[] bytes, Path path) throws IOException {
    if (type == Journal.BEGIN != (end == 0)) {
      return false;
    }
    seal = null;
    ByteBuffer payload = ByteBuffer.wrap(bytes);
    return switch (type) {
      case Journal.BEGIN -> begins(payload, path);
      case Journal.SNAPSHOT -> snapshot(bytes);
      case Journal.PIECE -> piece(payload.getInt());
      case Journal.SYNCED -> synced(payload.getLong());
      default -> sealed(payload);
    };
  }

  private boolean begins(ByteBuffer payload, Path path) throws IOException {
    if (payload.getInt() != Journal.VERSION) {
      return false;
    }
    byte[] hash = new byte[Hash256.BYTES];
    payload.get(hash);
    if (!Arrays.equals(hash, torrent.toJournalBytes())) {
      throw new IOException(
          "%s belongs to torrent %s (expected: %s)".formatted(path, Hash256.of(hash), torrent));
    }
    return payload.getInt() == onDisk.pieces();
  }

  private boolean snapshot(byte[] bits) {
    if (!PieceSet.isBitfield(bits, onDisk.pieces())) {
      return false;
    }
    PieceSet said = PieceSet.ofBitfield(bits, onDisk.pieces());
    for (int piece = said.next(0); piece >= 0; piece = said.next(piece + 1)) {
      onDisk.add(piece);
    }
    return true;
  }

  private boolean piece(int piece) {
    if (piece < 0 || piece >= onDisk.pieces()) {
      return false;
    }
    written.add(new Written(end, piece));
    return true;
  }

  private boolean synced(long position) {
    if (position < 0 || position > end) {
      return false;
    }
    for (Written next = written.peek();
        next != null && next.position() < position;
        next = written.peek()) {
      onDisk.add(next.piece());
      written.remove();
    }
    return true;
  }

  private boolean sealed(ByteBuffer payload) {
    List<Fingerprint> files = new ArrayList<>();
    while (payload.hasRemaining()) {
      files.add(new Fingerprint(payload.getLong(), payload.getLong(), payload.getLong()));
    }
    seal = files;
    return synced(end);
  }

  private void finish() {
    for (Written left : written) {
      inDoubt.add(left.piece());
    }
    if (torn) {
      inDoubt.addAll();
    }
    for (int piece = onDisk.next(0); piece >= 0; piece = onDisk.next(piece + 1)) {
      inDoubt.remove(piece);
    }
  }
}
