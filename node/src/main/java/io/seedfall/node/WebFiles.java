package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PercentCode;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a web seed (BEP 19) has the bytes of a torrent: one URL for each file.
 *
 * <pre>
 *   single file:   URL, or URL + name when it ends in /
 *   files:         URL / name / path
 * </pre>
 *
 * <p>Immutable.
 */
final class WebFiles {
  /**
   * Bytes of a file.
   *
   * @param url where it is, empty for a pad file (BEP 47), which is zeros and nowhere
   * @param offset bytes from its start
   * @param length bytes, at least 1
   * @param fileBytes bytes of the whole file
   */
  record Range(String url, long offset, long length, long fileBytes) {
    boolean isPad() {
      return url.isEmpty();
    }
  }

  private final Metainfo metainfo;
  private final String seed;

  WebFiles(Metainfo metainfo, String seed) {
    this.metainfo = metainfo;
    this.seed = seed;
  }

  /** The URL of a file, which must not be a pad file. */
  String url(int file) {
    if (metainfo.isSingleFile()) {
      return seed.endsWith("/") ? seed + PercentCode.escape(metainfo.name()) : seed;
    }
    StringBuilder url = new StringBuilder(seed);
    if (!seed.endsWith("/")) {
      url.append('/');
    }
    url.append(PercentCode.escape(metainfo.name()));
    for (String part : metainfo.files().get(file).path().parts()) {
      url.append('/').append(PercentCode.escape(part));
    }
    return url.toString();
  }

  /** Where the bytes of these pieces are, in their order; what lies together is one range. */
  List<Range> ranges(int[] pieces) {
    PieceGeometry geometry = metainfo.geometry();
    List<Range> ranges = new ArrayList<>();
    int file = -1;
    long begin = 0;
    long end = 0;
    for (int piece : pieces) {
      Block whole = new Block(piece, 0, geometry.pieceLength(piece));
      for (Segment segment : geometry.segments(whole)) {
        if (segment.file() != file || segment.offset() != end) {
          add(ranges, file, begin, end);
          file = segment.file();
          begin = segment.offset();
        }
        end = segment.offset() + segment.length();
      }
    }
    add(ranges, file, begin, end);
    return ranges;
  }

  private void add(List<Range> ranges, int number, long begin, long end) {
    if (number >= 0) {
      MetainfoFile file = metainfo.files().get(number);
      ranges.add(new Range(file.pad() ? "" : url(number), begin, end - begin, file.length()));
    }
  }
}
