package io.seedfall.node;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The files of a torrent and where they are. A pad file (BEP 47) is zeros and on no disk: it has a
 * number and a path like the others, and nothing is ever there. Immutable.
 */
final class TorrentFiles {
  private final PieceGeometry geometry;
  private final List<Path> paths;
  private final BitSet pads;

  private TorrentFiles(PieceGeometry geometry, List<Path> paths, BitSet pads) {
    this.geometry = geometry;
    this.paths = List.copyOf(paths);
    this.pads = pads;
  }

  /** Files without any pad file among them. */
  static TorrentFiles of(PieceGeometry geometry, List<Path> paths) {
    return new TorrentFiles(geometry, paths, new BitSet());
  }

  /**
   * The files of a torrent.
   *
   * @param content the file of a single-file torrent, the directory that holds those of any other
   */
  static TorrentFiles at(Metainfo metainfo, Path content) {
    List<Path> paths = new ArrayList<>();
    BitSet pads = new BitSet();
    for (MetainfoFile file : metainfo.files()) {
      pads.set(paths.size(), file.pad());
      paths.add(metainfo.isSingleFile() ? content : content.resolve(file.path().toString()));
    }
    return new TorrentFiles(metainfo.geometry(), paths, pads);
  }

  /** The files of a torrent below {@code root}, the file of a single-file torrent too. */
  static TorrentFiles below(Metainfo metainfo, Path root) {
    return at(metainfo, metainfo.isSingleFile() ? root.resolve(metainfo.name()) : root);
  }

  /** The same files, of which each has its number for a name. */
  TorrentFiles numbered(Path directory) {
    List<Path> numbered = new ArrayList<>(paths.size());
    for (int file = 0; file < paths.size(); file++) {
      numbered.add(directory.resolve(Integer.toString(file)));
    }
    return new TorrentFiles(geometry, numbered, pads);
  }

  /** Which bytes of which file a piece is. */
  PieceGeometry geometry() {
    return geometry;
  }

  /** Where the files are, in order. */
  List<Path> paths() {
    return paths;
  }

  /** How many there are, pad files included. */
  int count() {
    return paths.size();
  }

  /** Where a file is. */
  Path path(int file) {
    return paths.get(file);
  }

  /** Bytes of a file. */
  long bytes(int file) {
    return geometry.fileBytes(file);
  }

  /** Whether it is a pad file. */
  boolean isPad(int file) {
    return pads.get(file);
  }
}
