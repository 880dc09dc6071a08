package io.seedfall.protocol.metainfo;

/** What the bytes of a torrent file turned out to be. */
public sealed interface ParsedMetainfo {
  /**
   * A torrent of which everything was checked that can be without its content.
   *
   * @param metainfo the torrent
   */
  record Valid(Metainfo metainfo) implements ParsedMetainfo {}

  /**
   * Not a torrent that is accepted here.
   *
   * @param reason what is wrong with it, in words
   */
  record Invalid(String reason) implements ParsedMetainfo {}
}
