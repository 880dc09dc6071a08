package io.seedfall.protocol.trust;

/** Why a signed document is not believed. */
public enum Refusal {
  /** There is none. */
  UNSIGNED,

  /** Its bytes mean nothing, or are not in the one form. */
  MALFORMED,

  /** The keys that we know count no longer, and we know of no others. */
  ROOT_EXPIRED,

  /** Too few of those who must have signed it. */
  TOO_FEW_SIGNATURES,

  /** It is that of another artifact, or of another version of it. */
  RENAMED,

  /** It is that of other bytes. */
  OTHER_CONTENT,

  /** It is that of so many bytes that these cannot be they. */
  OTHER_SIZE,

  /** Its time is over. */
  EXPIRED,

  /** It was made later than now. */
  FROM_THE_FUTURE,

  /** A newer one was seen here. */
  OLDER,

  /** A root that does not come right after ours. */
  ROOT_OUT_OF_ORDER
}
