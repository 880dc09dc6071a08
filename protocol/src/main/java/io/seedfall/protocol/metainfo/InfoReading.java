package io.seedfall.protocol.metainfo;

/** What the bytes of an info dictionary turned out to be. */
public sealed interface InfoReading {
  /**
   * An info dictionary that is right in itself.
   *
   * @param info what it says
   */
  record Valid(InfoDictionary info) implements InfoReading {}

  /**
   * Not one that is accepted here.
   *
   * @param reason what is wrong with it, in words
   */
  record Invalid(String reason) implements InfoReading {}
}
