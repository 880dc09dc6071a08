package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoBuilder;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.RelativePath;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.swarm.SwarmSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the metainfo of a file or a directory: hashes everything on all cores, by position, with
 * one buffer a core.
 *
 * <p>A directory becomes a torrent of its regular files, in the order of BEP 52. Symbolic links and
 * special files in it are refused, in words: they would mean something else on another machine.
 * Empty files are part of the torrent; empty directories are not, because BEP 52 has no entry for
 * them, and are passed over. The source itself may be a symbolic link.
 */
public final class ArtifactHasher {
  private ArtifactHasher() {}

  /** A file of the artifact and how it looked before it was hashed. */
  private record Source(RelativePath path, Path file, Fingerprint fingerprint) {}

  /** The same for a v2 torrent. */
  public static Metainfo hash(Path source, String name, int pieceBytes, HashProgress progress)
      throws IOException {
    return hash(source, name, pieceBytes, progress, TorrentFormat.V2);
  }

  /**
   * Hashes {@code source}.
   *
   * @param name the torrent's name, and for a single file the file's name in it
   * @param pieceBytes the piece size; 0 takes {@link SwarmSettings#pieceBytesFor} of the total
   * @param format of the torrent; whatever it is, everything is read once
   * @throws IOException when something cannot be read, is neither file nor directory, has a name
   *     that a torrent cannot hold, or changed while it was hashed; the message says which and why
   */
  public static Metainfo hash(
      Path source, String name, int pieceBytes, HashProgress progress, TorrentFormat format)
      throws IOException {
    List<Source> sources = list(source, name);
    long total = 0;
    for (Source each : sources) {
      total += each.fingerprint().bytes();
    }
    int pieceSize = pieceBytes == 0 ? SwarmSettings.pieceBytesFor(total) : pieceBytes;
    PieceGeometry geometry;
    try {
      geometry = geometry(format, pieceSize, sources, name);
    } catch (IllegalArgumentException e) {
      throw new IOException("cannot publish " + source + ": " + e.getMessage(), e);
    }
    Hashes hashes = hashPieces(sources, geometry, format, progress);
    for (Source each : sources) {
      checkUnchanged(each);
    }
    return build(name, sources, geometry, format, hashes);
  }

  private static PieceGeometry geometry(
      TorrentFormat format, int pieceBytes, List<Source> sources, String name) {
    long[] lengths = sources.stream().mapToLong(s -> s.fingerprint().bytes()).toArray();
    boolean single = sources.size() == 1 && sources.getFirst().path().parts().equals(List.of(name));
    return switch (format) {
      case V1 -> PieceGeometry.contiguous(pieceBytes, lengths);
      case V2 -> new PieceGeometry(pieceBytes, lengths);
      case HYBRID -> PieceGeometry.hybrid(pieceBytes, !single, lengths);
    };
  }

  /* --------------- what there is --------------- */

  private static List<Source> list(Path source, String name) throws IOException {
    Path real;
    BasicFileAttributes attributes;
    try {
      real = source.toRealPath();
      attributes = Files.readAttributes(real, BasicFileAttributes.class);
    } catch (IOException e) {
      throw new IOException("cannot read " + source + ": " + Words.of(e), e);
    }
    if (attributes.isRegularFile()) {
      return List.of(source(real, List.of(name)));
    }
    if (!attributes.isDirectory()) {
      throw new IOException(source + " is neither a file nor a directory");
    }
    List<Source> found = new ArrayList<>();
    walk(real, new ArrayList<>(), found);
    if (found.isEmpty()) {
      throw new IOException(source + " holds no file");
    }
    if (found.size() == 1 && found.getFirst().path().parts().equals(List.of(name))) {
      throw new IOException(
          source
              + " holds nothing but a file of its own name, which a torrent cannot tell from that"
              + " file alone: publish the file");
    }
    found.sort((a, b) -> a.path().compareTo(b.path()));
    return found;
  }

  private static void walk(Path directory, List<String> names, List<Source> found)
      throws IOException {
    if (names.size() > RelativePath.PARTS_MAX) {
      throw new IOException(directory + " is nested deeper than " + RelativePath.PARTS_MAX);
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.addLast(String.valueOf(entry.getFileName()));
        BasicFileAttributes attributes =
            Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
          walk(entry, names, found);
        } else if (attributes.isRegularFile()) {
          found.add(source(entry, names));
        } else {
          throw new IOException(
              "%s is %s (expected: files and directories only)"
                  .formatted(
                      entry, attributes.isSymbolicLink() ? "a symbolic link" : "a special file"));
        }
        if (found.size() > Metainfo.FILES_MAX) {
          throw new IOException("more than " + Metainfo.FILES_MAX + " files");
        }
        names.removeLast();
      }
    } catch (DirectoryIteratorException e) {
      throw new IOException("cannot read " + directory + ": " + e.getMessage(), e);
    }
  }

  private static Source source(Path file, List<String> names) throws IOException {
    RelativePath path;
    try {
      path = new RelativePath(names);
    } catch (IllegalArgumentException e) {
      throw new IOException("cannot publish " + file + ": " + e.getMessage(), e);
    }
    if (!Files.isReadable(file)) {
      throw new IOException("cannot read " + file + ": permission denied");
    }
    return new Source(path, file, Fingerprint.of(file));
  }

  private static void checkUnchanged(Source source) throws IOException {
    try {
      if (Fingerprint.of(source.file()).equals(source.fingerprint())) {
        return;
      }
    } catch (IOException e) {
      throw new IOException(source.file() + " went away while it was hashed", e);
    }
    throw new IOException(source.file() + " changed while it was hashed");
  }

  /* --------------- hashing --------------- */

  /** The hashes of all pieces, as far as the format has them. */
  private static final class Hashes {
    private final Hash256[] roots;
    private final byte[] sha1s;

    Hashes(Hash256[] roots, byte[] sha1s) {
      this.roots = roots;
      this.sha1s = sha1s;
    }

    /** By piece; empty for v1. */
    Hash256[] roots() {
      return roots;
    }

    /** One behind the other; empty for v2. */
    byte[] sha1s() {
      return sha1s;
    }
  }

  private static Hashes hashPieces(
      List<Source> sources, PieceGeometry geometry, TorrentFormat format, HashProgress progress)
      throws IOException {
    PieceDigest.Kind kind =
        switch (format) {
          case V1 -> PieceDigest.Kind.SHA1;
          case V2 -> PieceDigest.Kind.LEAVES;
          case HYBRID -> PieceDigest.Kind.BOTH;
        };
    int count = geometry.pieceCount();
    Hash256[] roots = new Hash256[format == TorrentFormat.V1 ? 0 : count];
    Arrays.fill(roots, Hash256.ZERO);
    byte[] sha1s = new byte[format == TorrentFormat.V2 ? 0 : count * WireHash.BYTES];
    AtomicLong done = new AtomicLong();
    TorrentFiles places = TorrentFiles.of(geometry, sources.stream().map(Source::file).toList());
    try (OpenFiles files = new OpenFiles(places.paths(), false, false, FileChannel::open)) {
      new PieceReader(places, files, kind)
          .hash(
              PieceSet.full(count),
              (piece, digest) -> {
                if (roots.length > 0) {
                  List<Hash256> leaves = Arrays.asList(digest.leaves());
                  roots[piece] = MerkleTree.root(leaves, width(geometry, piece));
                }
                byte[] sha1 = digest.sha1();
                if (sha1 != null) {
                  System.arraycopy(sha1, 0, sha1s, piece * WireHash.BYTES, WireHash.BYTES);
                }
                progress.hashed(done.addAndGet(geometry.pieceLength(piece)), geometry.totalBytes());
              });
    } catch (ContentChangedException e) {
      for (Source each : sources) {
        checkUnchanged(each); // says it in better words
      }
      throw e;
    }
    return new Hashes(roots, sha1s);
  }

  /** A piece of a larger file has a whole piece's leaves; a small file is a tree of its own. */
  private static int width(PieceGeometry geometry, int piece) {
    int file = geometry.fileOf(piece);
    int leaves = Math.ceilDiv(geometry.pieceLength(piece), PieceGeometry.LEAF_BYTES);
    return geometry.pieceCount(file) > 1
        ? geometry.pieceBytes() / PieceGeometry.LEAF_BYTES
        : MerkleTree.width(leaves);
  }

  private static Metainfo build(
      String name,
      List<Source> sources,
      PieceGeometry geometry,
      TorrentFormat format,
      Hashes hashes)
      throws IOException {
    try {
      MetainfoBuilder builder = new MetainfoBuilder(name, geometry.pieceBytes(), format);
      if (format == TorrentFormat.V1) {
        builder.sha1s(hashes.sha1s());
      }
      for (int file = 0; file < sources.size(); file++) {
        RelativePath path = sources.get(file).path();
        long bytes = geometry.fileBytes(file);
        int first = geometry.firstPiece(file);
        int end = first + geometry.pieceCount(file);
        switch (format) {
          case V1 -> builder.file(path, bytes);
          case V2 -> builder.file(path, bytes, Arrays.asList(hashes.roots()).subList(first, end));
          case HYBRID ->
              builder.file(
                  path,
                  bytes,
                  Arrays.asList(hashes.roots()).subList(first, end),
                  Arrays.copyOfRange(hashes.sha1s(), first * WireHash.BYTES, end * WireHash.BYTES));
        }
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new IOException("cannot publish " + name + ": " + e.getMessage(), e);
    }
  }
}
