package io.seedfall.protocol.wire;

import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.WireHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first 68 bytes each way (BEP 3):
 *
 * <pre>
 *   byte  0       0x13
 *   byte  1 - 19  "BitTorrent protocol"
 *   byte 20 - 27  reserved: byte 25 & 0x10 BEP 10, byte 27 & 0x04 BEP 6, byte 27 & 0x10 BEP 52
 *   byte 28 - 47  info-hash: SHA-1 (BEP 3), or SHA-256 cut to twenty bytes (BEP 52)
 *   byte 48 - 67  peer id
 * </pre>
 *
 * <p>All other reserved bits are sent as zero and not looked at.
 *
 * @param fast whether the sender speaks the fast extension (BEP 6)
 * @param extensions whether the sender speaks the extension protocol (BEP 10)
 * @param v2 whether the sender can upgrade a hybrid torrent to v2 (BEP 52)
 * @param torrent what the sender calls the torrent
 * @param peerId how the sender names itself
 */
public record Handshake(
    boolean fast, boolean extensions, boolean v2, WireHash torrent, PeerId peerId) {
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

  /** What we say: BEP 6, BEP 10 and v2 are spoken here. */
  public static Handshake ours(WireHash torrent, PeerId self) {
    return new Handshake(true, true, true, torrent, self);
  }

  /** Whether it names that torrent. */
  public boolean isFor(WireHash wanted) {
    return torrent.equals(wanted);
  }

  /** Appends the 68 bytes to {@code out}, which must have room for them. */
  public void encode(ByteBuffer out) {
    byte[] reserved = new byte[RESERVED_BYTES];
    reserved[EXTENSIONS_BYTE] = (byte) (extensions ? EXTENSIONS_BIT : 0);
    reserved[LAST_BYTE] = (byte) ((fast ? FAST_BIT : 0) | (v2 ? V2_BIT : 0));
    out.put(PREAMBLE).put(reserved).put(torrent.toBytes()).put(peerId.toBytes());
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
    byte[] infoHash = new byte[WireHash.BYTES];
    byte[] peerId = new byte[PeerId.BYTES];
    in.position(begin + PREAMBLE.length);
    in.get(reserved).get(infoHash).get(peerId);
    return new DecodedHandshake.Complete(
        new Handshake(
            (reserved[LAST_BYTE] & FAST_BIT) != 0,
            (reserved[EXTENSIONS_BYTE] & EXTENSIONS_BIT) != 0,
            (reserved[LAST_BYTE] & V2_BIT) != 0,
            WireHash.of(infoHash),
            PeerId.of(peerId)));
  }
}
