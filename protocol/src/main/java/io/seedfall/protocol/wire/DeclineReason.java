package io.seedfall.protocol.wire;

/** Why a receiver does not use a grant. */
public enum DeclineReason {
  /** It has asked for as many pieces as it may; ask again a little later. */
  BUSY,
  /** The granting peer has nothing that it lacks; ask again when a further piece is verified. */
  NOTHING
}
