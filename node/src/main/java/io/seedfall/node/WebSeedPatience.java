package io.seedfall.node;

/**
 * How long a web seed is waited for. (One that sends too slowly is the swarm's affair.)
 *
 * @param connectMillis for a connection
 * @param answerMillis for the head of an answer
 * @param pauseMinMillis it is left alone for so long after a first failure; doubles each time
 * @param pauseMaxMillis and for no longer than this
 * @param failuresMax so many in a row, without a byte that could be used, are the end
 */
record WebSeedPatience(
    long connectMillis,
    long answerMillis,
    long pauseMinMillis,
    long pauseMaxMillis,
    int failuresMax) {
  /** Two and a half hours of failures in a row. */
  static final WebSeedPatience USUAL = new WebSeedPatience(10_000, 30_000, 5_000, 1_800_000, 12);

  /** How long the pause after that many failures in a row is. */
  long pauseMillis(int failures) {
    return Math.min(pauseMaxMillis, pauseMinMillis << Math.min(failures - 1, 20));
  }
}
