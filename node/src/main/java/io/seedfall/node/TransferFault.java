package io.seedfall.node;

/** What can be wrong with the disk under a {@link Transfer}. */
public enum TransferFault {
  /** Not enough room for the content. */
  NO_SPACE,
  /** The device or the file system refused or failed. */
  IO_ERROR,
  /** The content is not what it was: changed, cut, replaced or gone. */
  CONTENT_CHANGED,
  /** The content cannot be read, or is not what the metainfo says. */
  UNREADABLE
}
