package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.merkle.MerkleTree;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

  /** The SHA-1 of each piece of {@code content}, one behind the other. */
  static byte[] sha1s(byte[] content, int pieceBytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int from = 0; from < content.length; from += pieceBytes) {
      try {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(content, from, Math.min(pieceBytes, content.length - from));
        all.writeBytes(sha1.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }
    return all.toByteArray();
  }
}
