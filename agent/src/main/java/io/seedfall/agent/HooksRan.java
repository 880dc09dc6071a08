package io.seedfall.agent;

/**
 * What the hooks of one install did.
 *
 * @param nanos how long they took
 * @param output the end of what they printed
 */
record HooksRan(long nanos, String output) {
  /** There were none. */
  static final HooksRan NONE = new HooksRan(0, "");
}
