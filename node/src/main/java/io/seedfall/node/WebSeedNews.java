package io.seedfall.node;

/** How a transfer's web seeds (BEP 19) fare. */
public sealed interface WebSeedNews {
  /** Which one. */
  String url();

  /** One line: what it did. */
  String why();

  /**
   * It is left alone for a while.
   *
   * @param pauseMillis for so long
   */
  record Paused(String url, String why, long pauseMillis) implements WebSeedNews {}

  /** It is not asked any more. */
  record Dropped(String url, String why) implements WebSeedNews {}
}
