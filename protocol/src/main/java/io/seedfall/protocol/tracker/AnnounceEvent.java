package io.seedfall.protocol.tracker;

/** Why a client announces itself. */
public enum AnnounceEvent {
  /** The interval is over. */
  NONE,

  /** The download is complete; not said by who had everything when it began. */
  COMPLETED,

  /** It begins. */
  STARTED,

  /** It ends. */
  STOPPED
}
