package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.merkle.MerkleTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a hasher of files does, for content in memory. */
final class TestHashes {
  private TestHashes() {}

  /** One hash for each piece, as {@link MetainfoBuilder#file} wants them. */
  static List<Hash256> pieces(byte[] content, int pieceBytes) {
    List<Hash256> pieces = new ArrayList<>();
    for (int from = 0; from < content.length; from += pieceBytes) {
      int end = Math.min(content.length, from + pieceBytes);
      List<Hash256> leaves = new ArrayList<>();
      for (int at = from; at < end; at += MerkleTree.LEAF_BYTES) {
        int length = Math.min(MerkleTree.LEAF_BYTES, end - at);
        leaves.add(MerkleTree.leaf(ByteBuffer.wrap(content, at, length)));
      }
      boolean isOnePiece = content.length <= pieceBytes;
      int width = isOnePiece ? MerkleTree.width(leaves.size()) : pieceBytes / MerkleTree.LEAF_BYTES;
      pieces.add(MerkleTree.root(leaves, width));
    }
    return pieces;
  }
}
