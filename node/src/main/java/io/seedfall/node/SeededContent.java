package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.metainfo.Segment;
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
  private final TorrentFiles places;
  private final OpenFiles files;
  private final TorrentBytes content;
  private final FingerprintWatch watch;
  private final BufferPool buffers;

  private SeededContent(
      TorrentFiles places, OpenFiles files, FingerprintWatch watch, BufferPool buffers) {
    this.places = places;
    this.files = files;
    this.content = new TorrentBytes(places, files);
    this.watch = watch;
    this.buffers = buffers;
  }

  /**
   * Remembers what the files look like.
   *
   * @throws TransferException when one is missing, unreadable, or has another length than it should
   */
  static SeededContent open(TorrentFiles places, BufferPool buffers) throws TransferException {
    List<Fingerprint> fingerprints = new ArrayList<>();
    OpenFiles files = new OpenFiles(places.paths(), false, false, FileChannel::open);
    for (int file = 0; file < places.count(); file++) {
      if (places.isPad(file)) {
        fingerprints.add(Fingerprint.NONE);
        continue;
      }
      Path path = places.path(file);
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
      if (fingerprint.bytes() != places.bytes(file)) {
        closeQuietly(files);
        throw new TransferException(
            TransferFault.CONTENT_CHANGED,
            "%s has %d bytes (expected: %d)"
                .formatted(path, fingerprint.bytes(), places.bytes(file)));
      }
      fingerprints.add(fingerprint);
    }
    FingerprintWatch watch = new FingerprintWatch(places.paths(), fingerprints);
    return new SeededContent(places, files, watch, buffers);
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
    ByteBuffer buffer = buffers.acquire();
    try {
      content.read(block, buffer.limit(block.length()));
      for (Segment segment : places.geometry().segments(block)) {
        if (!places.isPad(segment.file())) {
          watch.checkFresh(segment.file());
        }
      }
      buffer.flip();
      return new BlockBytes(buffer, () -> buffers.release(buffer));
    } catch (IOException | RuntimeException e) {
      buffers.release(buffer);
      throw e;
    }
  }

  @Override
  public void checkUnchanged(Block block) throws ContentChangedException {
    for (Segment segment : places.geometry().segments(block)) {
      if (!places.isPad(segment.file())) {
        watch.check(segment.file());
      }
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
