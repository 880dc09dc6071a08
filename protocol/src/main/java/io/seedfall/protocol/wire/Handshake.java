package io.seedfall.protocol.wire;

import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The first 68 bytes each way (BEP 3):
 *
 * <pre>
 *   byte  0       0x13
 *   byte  1 - 19  "BitTorrent protocol"
 *   byte 20 - 27  reserved: byte 25 & 0x10 BEP 10, byte 27 & 0x04 BEP 6, byte 27 & 0x10 BEP 52
 *   byte 28 - 47  info-hash, cut to twenty bytes (BEP 52)
 *   byte 48 - 67  peer id
 * </pre>
 *
 * <p>All other reserved bits are sent as zero and not looked at.
 *
 * @param fast whether the sender speaks the fast extension (BEP 6)
 * @param extensions whether the sender speaks the extension protocol (BEP 10)
 * @param v2 whether the sender can upgrade a hybrid torrent to v2 (BEP 52)
 * @param infoHash the info-hash, cut to twenty bytes
 * @param peerId how the sender names itself
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record Handshake(
    boolean fast, boolean extensions, boolean v2, byte[] infoHash, PeerId peerId) {
  /** Bytes of a handshake. */
  public static final int BYTES = 68;

  private static final byte[] PREAMBLE =
      "\u0013BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);
  private static final int RESERVED_BYTES = 8;
  private static final int EXTENSIONS_BYTE = 5;
  private static final int EXTENSIONS_BIT = 0x10;
  private static final int LAST_BYTE = 7;
  private static final int FAST_BIT = 0x04;
  private static final int V2_BIT = 0x10;

  /** Copies and checks the info-hash, which must be twenty bytes long. */
  public Handshake {
    if (infoHash.length != InfoHash.TRUNCATED_BYTES) {
      throw new IllegalArgumentException(
          "infoHash: " + infoHash.length + " bytes (expected: 20, the truncated form)");
    }
    infoHash = infoHash.clone();
  }

  /** What we say: BEP 6, BEP 10 and v2 are spoken here. */
  public static Handshake ours(InfoHash infoHash, PeerId self) {
    return new Handshake(true, true, true, infoHash.truncated(), self);
  }

  /** A copy of the twenty bytes of the truncated info-hash. */
  @Override
  public byte[] infoHash() {
    return infoHash.clone();
  }

  /** Whether it names that torrent, as far as twenty bytes can tell. */
  public boolean isFor(InfoHash torrent) {
    return Arrays.equals(infoHash, torrent.truncated());
  }

  /** Appends the 68 bytes to {@code out}, which must have room for them. */
  public void encode(ByteBuffer out) {
    byte[] reserved = new byte[RESERVED_BYTES];
    reserved[EXTENSIONS_BYTE] = (byte) (extensions ? EXTENSIONS_BIT : 0);
    reserved[LAST_BYTE] = (byte) ((fast ? FAST_BIT : 0) | (v2 ? V2_BIT : 0));
    out.put(PREAMBLE).put(reserved).put(infoHash).put(peerId.toBytes());
  }

  /**
   * Reads a handshake from the bytes between {@code in}'s position and limit. The first byte that
   * is not the protocol's makes them malformed at once, however few have come: an encrypted
   * handshake is turned away at its first byte. Takes nothing from {@code in} unless the handshake
   * is complete.
   */
  public static DecodedHandshake decode(ByteBuffer in) {
    int begin = in.position();
    int known = Math.min(PREAMBLE.length, in.remaining());
    for (int i = 0; i < known; i++) {
      if (in.get(begin + i) != PREAMBLE[i]) {
        return new DecodedHandshake.Malformed(
            "handshake byte %d: 0x%02x (expected: 0x%02x)"
                .formatted(i, in.get(begin + i), PREAMBLE[i]));
      }
    }
    if (in.remaining() < BYTES) {
      return new DecodedHandshake.NeedMoreBytes(BYTES - in.remaining());
    }
    byte[] reserved = new byte[RESERVED_BYTES];
    byte[] infoHash = new byte[InfoHash.TRUNCATED_BYTES];
    byte[] peerId = new byte[PeerId.BYTES];
    in.position(begin + PREAMBLE.length);
    in.get(reserved).get(infoHash).get(peerId);
    return new DecodedHandshake.Complete(
        new Handshake(
            (reserved[LAST_BYTE] & FAST_BIT) != 0,
            (reserved[EXTENSIONS_BYTE] & EXTENSIONS_BIT) != 0,
            (reserved[LAST_BYTE] & V2_BIT) != 0,
            infoHash,
            PeerId.of(peerId)));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Handshake other
        && fast == other.fast
        && extensions == other.extensions
        && v2 == other.v2
        && Arrays.equals(infoHash, other.infoHash)
        && peerId.equals(other.peerId);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(infoHash);
  }

  @Override
  public String toString() {
    return "Handshake[fast=%s, extensions=%s, v2=%s, infoHash=%s, peerId=%s]"
        .formatted(fast, extensions, v2, HexFormat.of().formatHex(infoHash), peerId);
  }
}
