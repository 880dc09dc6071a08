package io.seedfall.swarm;

/**
 * The numbers of the GRANT policy and every limit of a swarm. One rule makes them for the product
 * and the simulator ({@link #forTransfer}); withers override single ones.
 *
 * @param blockBytes block between two peers that speak sf_grant
 * @param askedPiecesMax K: pieces a receiver has asked for and not got
 * @param openTransfersMax Q: grants and transfers that a sender keeps open
 * @param firstPassWindow Qs: offers and their transfers that a source keeps open in its first pass
 * @param firstPass whether this peer is a source that deals every piece once before it sends any
 *     twice
 * @param rack the rack this peer stands in, empty when racks do not matter
 * @param zone the zone this peer stands in, empty when zones do not matter; it is said to others
 * @param peerSources from whom peers to dial are learnt; {@link PeerSources#NEIGHBOURS} unless said
 *     otherwise
 * @param backoffMinNanos least wait after DECLINE busy
 * @param backoffMaxNanos most wait after DECLINE busy
 * @param grantExpiryMinNanos a grant or an offer that nobody answers is withdrawn after a few times
 *     what answers usually take, and not before this
 * @param grantExpiryMaxNanos and not after this
 * @param haveDelayMaxNanos a peer with sf_grant is told of a verified piece at most so much later
 * @param askingExpiryNanos a rack mate's ASKING counts for this long
 * @param stallNanos a piece of which no block came for this long is taken away from its sender
 * @param stallsMax so many stalls in a row end a connection
 * @param idleNanos a connection that said nothing for this long ends
 * @param keepAliveNanos we say something at least this often
 * @param uplinkBlocksMax blocks handed out at once over the whole uplink
 * @param uplinkBlocksPerPeerMax blocks handed out at once to one connection
 * @param uplinkPatienceNanos a block handed out longer ago no longer counts against the uplink
 * @param uplinkPatienceMaxNanos and this is the most when the uplink is seen to be slower than the
 *     rate that was taken for it; the same when that rate is sure
 * @param peersMax connections at most
 * @param requestsQueuedMax requests that one peer may have queued here
 * @param foreignBlockBytes block between us and a client without sf_grant
 * @param foreignRequestsMax requests that we have open at one foreign seed
 * @param foreignUploadSlots foreign clients unchoked at once
 * @param foreignSlotNanos how long one of them keeps its slot while others wait
 * @param reconnectMinNanos least wait before a neighbour is dialled again
 * @param reconnectMaxNanos most wait before a neighbour is dialled again
 */
public record SwarmSettings(
    int blockBytes,
    int askedPiecesMax,
    int openTransfersMax,
    int firstPassWindow,
    boolean firstPass,
    String rack,
    String zone,
    PeerSources peerSources,
    long backoffMinNanos,
    long backoffMaxNanos,
    long grantExpiryMinNanos,
    long grantExpiryMaxNanos,
    long haveDelayMaxNanos,
    long askingExpiryNanos,
    long stallNanos,
    int stallsMax,
    long idleNanos,
    long keepAliveNanos,
    int uplinkBlocksMax,
    int uplinkBlocksPerPeerMax,
    long uplinkPatienceNanos,
    long uplinkPatienceMaxNanos,
    int peersMax,
    int requestsQueuedMax,
    int foreignBlockBytes,
    int foreignRequestsMax,
    int foreignUploadSlots,
    long foreignSlotNanos,
    long reconnectMinNanos,
    long reconnectMaxNanos) {

  private static final long MILLI_IN_NANOS = 1_000_000L;
  private static final long SECOND_IN_NANOS = 1_000 * MILLI_IN_NANOS;
  private static final int KIB = 1024;

  /**
   * Few enough that the oldest transfer goes first. All of them would be gone after their time on
   * the card: one that is not waits for its receiver, and an uplink that waits with it stands still
   * (with four blocks and a patience of 5 ms the simulator lost a sixth at 40 Gbit/s).
   */
  private static final int UPLINK_BLOCKS_MAX = 8;

  /** 10 and 1 Gbit/s, between which a card is taken to be of which nothing is known. */
  private static final long FAST_BYTES_PER_SECOND = 1_250_000_000L;

  private static final long SLOW_BYTES_PER_SECOND = 125_000_000L;

  /** So long a block counts at most on an uplink of which nobody said what it does. */
  private static final long UPLINK_PATIENCE_MAX_NANOS = 45 * MILLI_IN_NANOS;

  /**
   * The rule of docs/protocol.md, "Numbers".
   *
   * @param pieceBytes the torrent's piece size
   * @param linkBytesPerSecond rate of one network card
   * @param oneWayNanos one-way latency between two peers
   */
  public static SwarmSettings forTransfer(
      int pieceBytes, long linkBytesPerSecond, long oneWayNanos) {
    if (pieceBytes < 1 || linkBytesPerSecond < 1 || oneWayNanos < 0) {
      throw new IllegalArgumentException(
          "pieceBytes: %d, linkBytesPerSecond: %d, oneWayNanos: %d (expected: > 0, > 0, >= 0)"
              .formatted(pieceBytes, linkBytesPerSecond, oneWayNanos));
    }
    double pieceNanos = pieceBytes * 1e9 / linkBytesPerSecond;
    int blockBytes = Math.clamp(pieceBytes / 4, 16 * KIB, 256 * KIB);
    double blockNanos = blockBytes * 1e9 / linkBytesPerSecond;
    long patienceNanos = Math.max(MILLI_IN_NANOS / 5, (long) (UPLINK_BLOCKS_MAX * blockNanos));
    int asked = Math.clamp(6 + Math.round(1.7 * 4 * oneWayNanos / pieceNanos), 8, 64);
    return new SwarmSettings(
        blockBytes,
        asked,
        Math.ceilDiv(asked * 5, 4),
        pieceBytes <= 512 * KIB ? 16 : 8,
        false,
        "",
        "",
        PeerSources.NEIGHBOURS,
        MILLI_IN_NANOS,
        SECOND_IN_NANOS,
        Math.max(250 * MILLI_IN_NANOS, 16 * oneWayNanos),
        Math.max(10 * SECOND_IN_NANOS, 64 * oneWayNanos),
        100 * MILLI_IN_NANOS,
        Math.max(20 * MILLI_IN_NANOS, (long) (2 * asked * pieceNanos)),
        Math.clamp(
            (long) (8 * Math.ceilDiv(asked * 5, 4) * pieceNanos),
            15 * SECOND_IN_NANOS,
            120 * SECOND_IN_NANOS),
        3,
        120 * SECOND_IN_NANOS,
        45 * SECOND_IN_NANOS,
        UPLINK_BLOCKS_MAX,
        2,
        patienceNanos,
        patienceNanos,
        256,
        512,
        16 * KIB,
        128,
        4,
        10 * SECOND_IN_NANOS,
        50 * MILLI_IN_NANOS,
        5 * SECOND_IN_NANOS);
  }

  /**
   * The same when nobody said what the cards do. Few pieces are asked for at once, as with 1
   * Gbit/s: at a tenth of that rate more would wait for more senders than one link serves (128 MiB
   * in pieces of 128 KiB to 16 machines: 1.02 of the bound instead of 1.07 to 1.12), at ten times
   * it fewer cost nothing with the pieces of files that are worth it. How long a block counts
   * follows from what the uplink is seen to do.
   */
  public static SwarmSettings forUnknownRate(int pieceBytes, long oneWayNanos) {
    SwarmSettings fast = forTransfer(pieceBytes, FAST_BYTES_PER_SECOND, oneWayNanos);
    SwarmSettings slow = forTransfer(pieceBytes, SLOW_BYTES_PER_SECOND, oneWayNanos);
    return fast.with(
        slow.askedPiecesMax,
        slow.openTransfersMax,
        false,
        "",
        "",
        PeerSources.NEIGHBOURS,
        Math.max(fast.uplinkPatienceNanos, UPLINK_PATIENCE_MAX_NANOS));
  }

  /**
   * The piece size for a file, a power of two from 64 KiB to 4 MiB: about 1000 pieces while those
   * are smaller than 1 MiB, then pieces of 1 MiB until there are 5000 of them. Fewer make the tail
   * longer, more make work for everybody; the rate of the links hardly matters
   * (docs/decisions/0010-piece-and-block-size.md).
   */
  public static int pieceBytesFor(long fileBytes) {
    return 1 << Math.max(Math.min(20, pieceBits(fileBytes, 1000)), pieceBits(fileBytes, 5000));
  }

  private static int pieceBits(long fileBytes, int pieces) {
    double exact = Math.log(Math.max(1.0, (double) fileBytes / pieces)) / Math.log(2);
    return Math.clamp(Math.round(exact), 16, 22);
  }

  /**
   * The block that a web seed's bytes are stored and counted in: it shows that it is alive block by
   * block, so they are not too large.
   */
  public int webSeedBlockBytes() {
    return Math.min(blockBytes, 64 * KIB);
  }

  /**
   * Whether a source reveals its pieces one by one to clients without sf_grant (BEP 16). One that a
   * coordinator knows does not: its own peers may come later, and until then whoever asks is served
   * at full speed.
   */
  boolean superSeeds() {
    return firstPass && peerSources != PeerSources.NEIGHBOURS;
  }

  /** The same with another role. */
  public SwarmSettings withFirstPass(boolean source) {
    return with(
        askedPiecesMax, openTransfersMax, source, rack, zone, peerSources, uplinkPatienceMaxNanos);
  }

  /** The same in another rack. */
  public SwarmSettings withRack(String name) {
    return withPlace(name, zone);
  }

  /** The same in another rack and another zone. */
  public SwarmSettings withPlace(String rackName, String zoneName) {
    return with(
        askedPiecesMax,
        openTransfersMax,
        firstPass,
        rackName,
        zoneName,
        peerSources,
        uplinkPatienceMaxNanos);
  }

  /** The same with peers from elsewhere. */
  public SwarmSettings withPeerSources(PeerSources sources) {
    return with(
        askedPiecesMax, openTransfersMax, firstPass, rack, zone, sources, uplinkPatienceMaxNanos);
  }

  private SwarmSettings with(
      int asked,
      int open,
      boolean source,
      String inRack,
      String inZone,
      PeerSources sources,
      long patienceMaxNanos) {
    return new SwarmSettings(
        blockBytes,
        asked,
        open,
        firstPassWindow,
        source,
        inRack,
        inZone,
        sources,
        backoffMinNanos,
        backoffMaxNanos,
        grantExpiryMinNanos,
        grantExpiryMaxNanos,
        haveDelayMaxNanos,
        askingExpiryNanos,
        stallNanos,
        stallsMax,
        idleNanos,
        keepAliveNanos,
        uplinkBlocksMax,
        uplinkBlocksPerPeerMax,
        uplinkPatienceNanos,
        patienceMaxNanos,
        peersMax,
        requestsQueuedMax,
        foreignBlockBytes,
        foreignRequestsMax,
        foreignUploadSlots,
        foreignSlotNanos,
        reconnectMinNanos,
        reconnectMaxNanos);
  }
}
