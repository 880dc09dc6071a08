package io.seedfall.simulator;

/** What can be due in an {@link EventQueue}. Targets and extras are named in brackets. */
enum EventKind {
  /** Blocks whose last byte is in the send buffer are reported [lane]. */
  SETTLE(0),
  /** A connection is over for one of its ends [connection, side]. */
  LOST(1),
  /** A stored piece has its answer [swarm driver, piece]. */
  PIECE_CHECKED(2),
  /** A chunk has left the sender's card [uplink, bytes]. */
  UPLINK_DONE(3),
  /** A chunk's first byte stands before a port [lane, bytes and hop]. */
  ARRIVE(4),
  /** A chunk is in the receiver's socket buffer [lane, bytes]. */
  LANDED(5),
  /** The message at the head of a lane may be read [lane]. */
  LANE_DUE(6),
  /** The block at the head of a lane is hashed and written [lane]. */
  STORED(7),
  /** A program wanted to be woken [machine, epoch]. */
  TIMER(8),
  /** A dialler's handshake is at the other machine [dial]. */
  DIAL_REACHED(9),
  /** The answer to a dial is back [dial]. */
  DIAL_ANSWERED(10),
  /** Something that the scenario ordered [fault]. */
  FAULT(11);

  private final int track;

  EventKind(int track) {
    this.track = track;
  }

  /** Its place among the kinds, from 0. */
  int track() {
    return track;
  }
}
