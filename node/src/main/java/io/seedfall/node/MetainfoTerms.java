package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import io.seedfall.swarm.TorrentKnowledge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a metainfo means to the body of a peer: where files lie, whether a piece has its hash, and
 * what strangers who know only the info-hash can be told (BEP 9, BEP 52). Immutable.
 */
final class MetainfoTerms implements PieceHashes, TorrentKnowledge {
  /** Bytes of one piece of the info dictionary (BEP 9). */
  static final int METADATA_PIECE_BYTES = 16 * 1024;

  private final Metainfo metainfo;

  MetainfoTerms(Metainfo metainfo) {
    this.metainfo = metainfo;
  }

  /** The files in order, below the directory that holds them. */
  static List<Path> paths(Metainfo metainfo) {
    List<Path> paths = new ArrayList<>();
    for (MetainfoFile file : metainfo.files()) {
      paths.add(Path.of(file.path().toString()));
    }
    return paths;
  }

  /** The files in order below {@code content/} of a staging area. */
  static List<Path> stagedPaths(Metainfo metainfo) {
    return metainfo.isSingleFile() ? List.of(Path.of(metainfo.name())) : paths(metainfo);
  }

  @Override
  public boolean match(int piece, Hash256[] leaves) {
    Hash256 root = MerkleTree.root(Arrays.asList(leaves), metainfo.pieceWidthLeaves(piece));
    return root.equals(metainfo.pieceHash(piece));
  }

  @Override
  public int metadataBytes() {
    return metainfo.infoBytes().length;
  }

  @Override
  public byte @Nullable [] metadataPiece(int piece) {
    byte[] info = metainfo.infoBytes();
    long begin = (long) piece * METADATA_PIECE_BYTES;
    if (begin < 0 || begin >= info.length) {
      return null;
    }
    long end = Math.min(info.length, begin + METADATA_PIECE_BYTES);
    return Arrays.copyOfRange(info, (int) begin, (int) end);
  }

  /** Hashes of the piece layer and above: leaves are not kept, so they are not told. */
  @Override
  public @Nullable List<Hash256> hashes(HashRequest request) {
    return metainfo.hashes(request);
  }
}
