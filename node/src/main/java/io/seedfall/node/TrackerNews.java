package io.seedfall.node;

/** How a transfer's trackers fare. */
public sealed interface TrackerNews {
  /**
   * A tracker answered.
   *
   * @param tracker its URL
   * @param peers how many it named
   */
  record Answered(String tracker, int peers) implements TrackerNews {}

  /**
   * All were asked and none answered; they are asked again after a pause.
   *
   * @param why one line: who said what
   */
  record NoneAnswered(String why) implements TrackerNews {}
}
