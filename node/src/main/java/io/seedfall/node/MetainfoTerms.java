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

  /** Hashes of the piece layer and above: leaves are not kept, so they are not told. */
  @Override
  public @Nullable List<Hash256> hashes(HashRequest request) {
    return metainfo.hashes(request);
  }
}
