package io.seedfall.protocol.metainfo;

/** Which clients can read a torrent. */
public enum TorrentFormat {
  /** SHA-1 of pieces that run through all files (BEP 3). */
  V1,

  /** A Merkle tree of SHA-256 for each file (BEP 52). */
  V2,

  /** Both descriptions of the same files, aligned by pad files (BEP 47 and 52). */
  HYBRID
}
