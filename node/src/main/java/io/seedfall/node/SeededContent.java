package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A publisher's own files, served from where they lie and never written to. They belong to somebody
 * else, who may cut them at any time, so they are read into buffers and never mapped; and what was
 * read counts only when the file still looks as it did in the beginning.
 */
final class SeededContent implements Content {
  private final PieceGeometry geometry;
  private final OpenFiles files;
  private final FingerprintWatch watch;
  private final BufferPool buffers;

  private SeededContent(
      PieceGeometry geometry, OpenFiles files, FingerprintWatch watch, BufferPool buffers) {
    this.geometry = geometry;
    this.files = files;
    this.watch = watch;
    this.buffers = buffers;
  }

  /**
   * Remembers what the files look like.
   *
   * @param paths the torrent's files in order
   * @throws TransferException when one is missing, unreadable, or has another length than it should
   */
  static SeededContent open(PieceGeometry geometry, List<Path> paths, BufferPool buffers)
      throws TransferException {
    List<Fingerprint> fingerprints = new ArrayList<>();
    OpenFiles files = new OpenFiles(paths, false, false, FileChannel::open);
    for (int file = 0; file < paths.size(); file++) {
      Path path = paths.get(file);
      Fingerprint fingerprint;
      try {
        fingerprint = Fingerprint.of(path);
        if (fingerprint.bytes() > 0) {
          files.lease(file).close();
        }
      } catch (IOException e) {
        closeQuietly(files);
        throw new TransferException(
            TransferFault.UNREADABLE, "cannot read " + path + ": " + Words.of(e), e);
      }
      if (fingerprint.bytes() != geometry.fileBytes(file)) {
        closeQuietly(files);
        throw new TransferException(
            TransferFault.CONTENT_CHANGED,
            "%s has %d bytes (expected: %d)"
                .formatted(path, fingerprint.bytes(), geometry.fileBytes(file)));
      }
      fingerprints.add(fingerprint);
    }
    return new SeededContent(geometry, files, new FingerprintWatch(paths, fingerprints), buffers);
  }

  private static void closeQuietly(OpenFiles files) {
    try {
      files.close();
    } catch (IOException e) {
      throw new IllegalStateException("a file that is only read cannot fail to be closed", e);
    }
  }

  @Override
  public BlockBytes read(Block block) throws IOException {
    int file = geometry.fileOf(block.piece());
    ByteBuffer buffer = buffers.acquire();
    try {
      buffer.limit(block.length());
      try (OpenFiles.Lease lease = files.lease(file)) {
        long offset = geometry.offsetInFile(block.piece()) + block.offset();
        while (buffer.hasRemaining()) {
          if (lease.channel().read(buffer, offset + buffer.position()) < 0) {
            throw new ContentChangedException(files.path(file), "cut");
          }
        }
      }
      watch.checkFresh(file);
      buffer.flip();
      return new BlockBytes(buffer, () -> buffers.release(buffer));
    } catch (IOException | RuntimeException e) {
      buffers.release(buffer);
      throw e;
    }
  }

  @Override
  public void checkUnchanged(Block block) throws ContentChangedException {
    watch.check(geometry.fileOf(block.piece()));
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
