package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import io.seedfall.swarm.TorrentKnowledge;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a metainfo means to the body of a peer: whether a piece has its hash, and what strangers who
 * know only the info-hash can be told (BEP 9, BEP 52). Immutable.
 */
final class MetainfoTerms implements PieceHashes, TorrentKnowledge {
  /** Bytes of one piece of the info dictionary (BEP 9). */
  static final int METADATA_PIECE_BYTES = 16 * 1024;

  /**
   * What one hash request below the piece layer may make us read, unless it takes one piece only:
   * the 512 leaves that BEP 52 lets a peer ask for are half of it.
   */
  static final int HASHED_BYTES_MAX = 16 * 1024 * 1024;

  private final Metainfo metainfo;

  MetainfoTerms(Metainfo metainfo) {
    this.metainfo = metainfo;
  }

  @Override
  public PieceDigest.Kind kind() {
    return metainfo.format() == TorrentFormat.V1 ? PieceDigest.Kind.SHA1 : PieceDigest.Kind.LEAVES;
  }

  @Override
  public boolean match(int piece, PieceDigest digest) {
    return switch (metainfo.format()) {
      case V1 -> Arrays.equals(digest.sha1(), metainfo.sha1Of(piece));
      case V2, HYBRID -> {
        List<Hash256> leaves = Arrays.asList(digest.leaves());
        Hash256 root = MerkleTree.root(leaves, metainfo.pieceWidthLeaves(piece));
        yield root.equals(metainfo.pieceHash(piece));
      }
    };
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

  /** Null as well when the answer would take reading too much. */
  @Override
  public @Nullable Span piecesBelow(HashRequest request) {
    Metainfo.PieceRange pieces = metainfo.piecesBelow(request);
    return pieces == null
            || (pieces.count() > 1
                && (long) pieces.count() * metainfo.pieceBytes() > HASHED_BYTES_MAX)
        ? null
        : new Span(pieces.first(), pieces.first() + pieces.count());
  }

  /** Hashes below the piece layer, from the leaves of the pieces of {@link #piecesBelow}. */
  @Nullable List<Hash256> hashes(HashRequest request, List<Hash256> leaves) {
    return metainfo.hashes(request, leaves);
  }

  /** Hashes of the piece layer and above, which are kept in memory. */
  @Override
  public @Nullable List<Hash256> hashes(HashRequest request) {
    return metainfo.hashes(request);
  }
}
