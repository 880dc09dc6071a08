package io.seedfall.swarm;

/**
 * Why a connection ended. Written once: the close reason, the log line, the metric's label and the
 * web page all use it.
 */
public enum Reason {
  /** The other side closed, or the network did. */
  CONNECTION_LOST(false),
  /** Nobody answered, or the answer was no. */
  CONNECT_FAILED(false),
  /** Bytes that are no message, or a message that breaks its BEP. */
  PROTOCOL_VIOLATION(false),
  /** A piece that came from this peer alone does not have its hash. */
  BAD_PIECE(true),
  /** It said nothing for too long. */
  IDLE(false),
  /** It does not read what we write. */
  TOO_SLOW_TO_READ(false),
  /** It did not send what it had let us ask for, again and again. */
  STALLED(false),
  /** A second connection to a peer that is connected already. */
  DUPLICATE(false),
  /** It is banned here. */
  BANNED(false),
  /** All places are taken. */
  TOO_MANY_PEERS(false),
  /** Neither side has anything that the other lacks, and it is no neighbour of ours. */
  NOTHING_TO_DO(false),
  /** It is no longer a neighbour of ours. */
  NOT_A_NEIGHBOUR(false),
  /** What it has shown to be let in is good no more. */
  PASS_EXPIRED(false),
  /** We talk to ourselves. */
  SELF(false),
  /** This side shuts down. */
  SHUTDOWN(false);

  private final boolean bans;

  Reason(boolean bans) {
    this.bans = bans;
  }

  /** Whether it proves ill will or a broken machine, so that the peer is not let in again. */
  public boolean bans() {
    return bans;
  }
}
