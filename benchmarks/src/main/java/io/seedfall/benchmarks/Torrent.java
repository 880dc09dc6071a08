package io.seedfall.benchmarks;

import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A torrent of one file as BEP 3 has it (v1), which every contender reads.
 *
 * @param file where it was written
 * @param infoHash the SHA-1 of its info dictionary, by which trackers know it
 */
record Torrent(Path file, WireHash infoHash) {
  private static final int SHA1_BYTES = 20;
  private static final int PIECE_BYTES_MIN = 256 * 1024;
  private static final int PIECE_BYTES_MAX = 4 << 20;
  private static final int PIECES_AIM = 1_500;

  /** Writes the torrent of {@code payload}; {@code announce} is the tracker's URL. */
  static Torrent write(Path torrent, Payload payload, String announce) throws IOException {
    int pieceBytes = pieceBytes(payload.bytes());
    BencodeDictionary info =
        BencodeDictionary.builder()
            .put("length", payload.bytes())
            .put("name", Payload.NAME)
            .put("piece length", pieceBytes)
            .put("pieces", BencodeString.of(pieces(payload, pieceBytes)))
            .build();
    BencodeDictionary outer =
        BencodeDictionary.builder().put("announce", announce).put("info", info).build();
    Files.write(torrent, BencodeEncoder.encode(outer));
    return new Torrent(torrent, WireHash.of(sha1().digest(BencodeEncoder.encode(info))));
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** What makers of torrents commonly choose: a power of two that gives 1000 to 2000 pieces. */
  static int pieceBytes(long bytes) {
    int pieceBytes = PIECE_BYTES_MIN;
    while (pieceBytes < PIECE_BYTES_MAX && bytes / pieceBytes > PIECES_AIM) {
      pieceBytes *= 2;
    }
    return pieceBytes;
  }

  private static byte[] pieces(Payload payload, int pieceBytes) throws IOException {
    int count = Math.toIntExact(Math.ceilDiv(payload.bytes(), pieceBytes));
    byte[] hashes = new byte[count * SHA1_BYTES];
    try (InputStream in = Files.newInputStream(payload.file())) {
      for (int piece = 0; piece < count; piece++) {
        byte[] hash = sha1().digest(in.readNBytes(pieceBytes));
        System.arraycopy(hash, 0, hashes, piece * SHA1_BYTES, SHA1_BYTES);
      }
    }
    return hashes;
  }
}
