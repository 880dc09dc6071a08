package io.seedfall.node;

import java.util.List;

/**
 * What all transfers of a node share.
 *
 * @param threads all virtual threads of the node
 * @param receiveLimiter for bytes that come in
 * @param sendLimiter for bytes that go out
 * @param downlink who gets how much of what comes in
 * @param uplink who gets how much of what goes out
 * @param borders what may come from and go to other zones and racks
 * @param blocks a block while it comes in
 * @param served a block of a publisher's file while it goes out
 * @param frames what a reader has read and not understood yet
 * @param phrases what a writer gathers for one write
 * @param tally counts what all of them do
 */
record NodeParts(
    Threads threads,
    RateLimiter receiveLimiter,
    RateLimiter sendLimiter,
    FairShare downlink,
    FairShare uplink,
    Borders borders,
    BufferPool blocks,
    BufferPool served,
    BufferPool frames,
    BufferPool phrases,
    NodeTally tally) {

  /** The largest block that is ever asked for or sent. */
  static final int BLOCK_BYTES_MAX = 256 * 1024;

  /** Blocks on their way in at once. */
  static final int BLOCKS_MAX = 96;

  /** Blocks of publishers' files on their way out at once. */
  static final int SERVED_MAX = 64;

  /** A reader's buffer: many messages, and not much of a block, which would be copied twice. */
  static final int FRAME_BYTES = 16 * 1024;

  /** A writer's buffer. */
  static final int PHRASE_BYTES = 16 * 1024;

  /** Other caps beside those of the settings; the least counts. */
  void cap(NodeSettings settings, NodeCaps caps) {
    borders.cap(caps);
    NodeSettings capped = settings.capped(caps.bytesPerSecond());
    receiveLimiter.rate(capped.receiveBytesPerSecond());
    sendLimiter.rate(capped.sendBytesPerSecond());
    downlink.known(capped.receivableBytesPerSecond());
    uplink.known(capped.sendableBytesPerSecond());
  }

  /** What these transfers do now. */
  static NodeFigures figures(NodeParts parts, List<Transfer> transfers) {
    int complete = 0;
    int paused = 0;
    int peers = 0;
    int webSeeds = 0;
    for (Transfer transfer : transfers) {
      complete += transfer.isComplete() ? 1 : 0;
      paused += transfer.pace().paused() ? 1 : 0;
      peers += transfer.peers();
      webSeeds += transfer.webSeedsAsked();
    }
    return new NodeFigures(
        transfers.size() - complete,
        complete,
        paused,
        peers,
        webSeeds,
        parts.receiveLimiter().rate(),
        parts.sendLimiter().rate());
  }

  static NodeParts of(NodeSettings settings) {
    return new NodeParts(
        new Threads(),
        new RateLimiter(settings.receiveBytesPerSecond()),
        new RateLimiter(settings.sendBytesPerSecond()),
        new FairShare(new LinkGauge(settings.receivableBytesPerSecond())),
        new FairShare(new LinkGauge(settings.sendableBytesPerSecond())),
        new Borders(settings.zone(), settings.rack()),
        new BufferPool(BLOCK_BYTES_MAX, BLOCKS_MAX),
        new BufferPool(BLOCK_BYTES_MAX, SERVED_MAX),
        new BufferPool(FRAME_BYTES, ConnectionCap.CONNECTIONS_MAX),
        new BufferPool(PHRASE_BYTES, ConnectionCap.CONNECTIONS_MAX),
        new NodeTally());
  }
}
