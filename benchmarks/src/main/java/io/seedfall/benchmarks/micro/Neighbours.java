package io.seedfall.benchmarks.micro;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.Decoded;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessageCodec;
import io.seedfall.swarm.PeerFacts;
import io.seedfall.swarm.Swarm;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmSettings;
import io.seedfall.swarm.SwarmSetup;
import io.seedfall.swarm.TorrentKnowledge;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A brain with neighbours that speak sf_grant, as they all do in a fleet of ours. */
final class Neighbours {
  /** A link of 10 Gbit/s. */
  private static final long LINK_BYTES_PER_SECOND = 1_250_000_000L;

  private static final long ONE_WAY_NANOS = 50_000;
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final byte EXTENDED = 20;

  private Neighbours() {}

  /**
   * A brain of {@code pieces} pieces with so many neighbours, each of which has nothing or all.
   *
   * @param have what the brain has itself
   */
  static Swarm brain(int pieces, int pieceBytes, PieceSet have, int neighbours, boolean full) {
    Swarm swarm =
        new Swarm(
            new SwarmSetup(
                SwarmSettings.forTransfer(pieceBytes, LINK_BYTES_PER_SECOND, ONE_WAY_NANOS),
                new PieceGeometry(pieceBytes, (long) pieces * pieceBytes),
                have,
                PeerId.random(new SeededRandom(0)),
                new Endpoint("10.0.0.1", 7000),
                TorrentKnowledge.NONE,
                1));
    for (int peer = 0; peer < neighbours; peer++) {
      Endpoint remote = new Endpoint("10.0.1." + (peer + 1), 40_000);
      PeerId id = PeerId.random(new SeededRandom(peer + 1));
      swarm.handle(
          new SwarmEvent.PeerConnected(peer, new PeerFacts(remote, id, false, true, true)), 0);
      PeerMessage pieceState = full ? new PeerMessage.HaveAll() : new PeerMessage.HaveNone();
      swarm.handle(new SwarmEvent.PeerSpoke(peer, pieceState), 0);
      swarm.handle(new SwarmEvent.PeerSpoke(peer, introduction(pieces)), 0);
    }
    return swarm;
  }

  private static PeerMessage introduction(int pieces) {
    // BEP 10, as it comes from the wire of a peer that takes blocks of 256 KiB.
    String text =
        "d1:md8:sf_granti2ee1:pi7000e4:reqqi512e8:sf_grantd5:blocki262144e4:rack0:1:vi%dee1:v1:xe"
            .formatted(GrantTerms.VERSION);
    byte[] dictionary = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + 2 + dictionary.length);
    bytes.putInt(2 + dictionary.length).put(EXTENDED).put((byte) 0).put(dictionary).flip();
    Decoded decoded = new PeerMessageCodec(pieces, BLOCK_BYTES).decode(bytes);
    if (decoded instanceof Decoded.Message(PeerMessage message)) {
      return message;
    }
    throw new IllegalStateException("not an introduction: " + decoded);
  }
}
